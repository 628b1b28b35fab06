"""Networks, their training, and the cards of those that ship.

Torch is imported by the functions that need it, so that stored results can be read without it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
