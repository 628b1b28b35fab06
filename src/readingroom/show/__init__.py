"""Pictures: films as a radiologist expects them, and the sentence that describes each."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
