"""Lesson 01, "From PACS to research file": the films sent out, and how each method did."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
