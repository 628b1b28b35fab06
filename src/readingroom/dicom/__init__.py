"""DICOM files as records: reading the header, showing the pixels as the file says.

What a lesson calls as ``rr.dicom``; finding and removing identities is ``rr.deid``.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
