"""Lesson 00, "The AI reads a chest film in a second": its films, figures and stored scores."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
