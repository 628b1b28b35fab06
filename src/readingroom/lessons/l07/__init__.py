"""Lesson 07, "When the world shifts": changed films, strangers at the door, attacks."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
