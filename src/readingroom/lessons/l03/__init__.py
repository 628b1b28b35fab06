"""Lesson 03, "Train a chest X-ray classifier": its curves, and the runs behind them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "figures": [
            "learning_curve",
            "seed_dots",
            "shuffle_dots",
            "stopping_curve",
            "training_curves",
        ],
        "moves": [
            "moves_gallery",
        ],
        "live": [
            "LiveCurve",
        ],
    },
)
