"""The film reader: any film in; a score, its spread and a heat map out, within a second.

Torch is imported only when a film is scored.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
