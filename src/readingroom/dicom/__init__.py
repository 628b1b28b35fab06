"""DICOM files as records: reading the header, showing the pixels as the file says.

What a lesson calls as ``rr.dicom``; finding and removing identities is ``rr.deid``.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["deid"],
    submod_attrs={
        "compression": [
            "twins",
        ],
        "reading": [
            "chest_film",
            "find",
            "header",
            "read",
        ],
        "windowing": [
            "as_png",
            "picture",
            "stored",
            "thinned",
            "window",
        ],
    },
)
