"""Pictures: films as a radiologist expects them, curves, and the sentence that describes each."""

from readingroom.show.curves import (
    learning_curve,
    seed_dots,
    shuffle_dots,
    stopping_curve,
    training_curves,
)
from readingroom.show.figures import axes, colours, films, show, weight_map
from readingroom.show.live import LiveCurve
from readingroom.show.moves import moves_gallery

__all__ = [
    "LiveCurve",
    "axes",
    "colours",
    "films",
    "learning_curve",
    "moves_gallery",
    "seed_dots",
    "show",
    "shuffle_dots",
    "stopping_curve",
    "training_curves",
    "weight_map",
]
