"""Reading Room: a hands-on course on AI for radiologists and other clinicians.

What a lesson calls is reached as ``rr.<name>`` and imported on first use, so that
``import readingroom`` is quick and never loads torch.
"""

import lazy_loader

__version__ = "0.2.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
