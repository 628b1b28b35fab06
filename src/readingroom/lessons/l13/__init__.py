"""Lesson 13, "Beyond the chest film": labels, a knee, a head, vessels, their figures."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
