"""Lesson 04, "Is it good enough?": labels and scores of two models, and their figures."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
