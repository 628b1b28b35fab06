"""Lesson 99, "Find the flaw": a planted study, what its repairs take away, and their figures."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
