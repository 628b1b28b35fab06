"""Lesson 06, "Bias pitfalls": shortcuts planted, found and removed, and who is missed."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
