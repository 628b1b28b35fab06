"""Lesson 02, "From files to a dataset": its contact sheet and sorting table."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
