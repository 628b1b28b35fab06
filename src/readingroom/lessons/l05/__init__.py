"""Lesson 05, "What is it looking at?": stored maps with true outlines, and their figures."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
