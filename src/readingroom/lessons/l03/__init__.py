"""Lesson 03, "Train a chest X-ray classifier": its curves, and the runs behind them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
