"""Networks, their training, and the cards of those that ship.

Torch is imported by the functions that need it, so that stored results can be read without it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "findings": [
            "FINDINGS",
        ],
        "nets": [
            "SmallResNet",
        ],
        "training": [
            "as_films",
            "batches",
            "fit",
            "loss",
            "measure",
            "new_network",
            "scores",
            "weights_of",
        ],
        "pixels": [
            "PixelRegression",
            "pick",
            "pixel_regression",
        ],
        "reference": [
            "card",
            "from_weights",
            "load",
            "suited",
        ],
        "cards": [
            "card_stub",
        ],
    },
)
