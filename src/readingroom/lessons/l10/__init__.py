"""Lesson 10, "The last mile": from the pitch to the year after, and its figures."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
