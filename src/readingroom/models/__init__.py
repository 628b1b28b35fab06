"""Networks, their training, and what was stored of longer runs.

Torch is imported by the functions that need it, so that stored results can be read without it.
"""

from __future__ import annotations

from readingroom import lazy

_HOMES = {
    "FINDINGS": "findings",
    "SmallResNet": "nets",
    "batches": "training",
    "as_films": "training",
    "fit": "training",
    "loss": "training",
    "measure": "training",
    "new_network": "training",
    "scores": "training",
    "weights_of": "training",
    "PixelRegression": "pixels",
    "pixel_regression": "pixels",
    "pick": "pixels",
    "load": "reference",
    "from_weights": "reference",
    "card_stub": "cards",
    "card": "reference",
    "suited": "reference",
    "stored": "stored",
}

__getattr__ = lazy.names(__name__, _HOMES)
