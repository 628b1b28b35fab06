"""Lesson 11, "Lower dose, better images": counts, denoisers, measures, k-space, their figures."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
