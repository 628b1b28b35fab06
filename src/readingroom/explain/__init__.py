"""Maps of what moved a network's score, and their scores against true outlines.

Torch is imported by `maps` and `sanity` only; scoring stored maps needs none.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
