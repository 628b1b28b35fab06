"""A DICOM node for teaching: films in, results out, and an archive to send both to.

Never for clinical use. pynetdicom, highdicom and torch are imported only when they are needed.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
