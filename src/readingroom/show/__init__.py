"""Pictures: films as a radiologist expects them, curves, and the sentence that describes each."""

from readingroom.show.ask import call_buttons, threshold_slider
from readingroom.show.curves import (
    learning_curve,
    seed_dots,
    shuffle_dots,
    stopping_curve,
    training_curves,
)
from readingroom.show.figures import axes, colours, films, show, weight_map
from readingroom.show.firstlook import calls_table, lesion_sheet, thresholds, wards
from readingroom.show.live import LiveCurve
from readingroom.show.moves import moves_gallery
from readingroom.show.readings import readings

__all__ = [
    "LiveCurve",
    "axes",
    "call_buttons",
    "calls_table",
    "colours",
    "films",
    "learning_curve",
    "lesion_sheet",
    "moves_gallery",
    "readings",
    "seed_dots",
    "show",
    "shuffle_dots",
    "stopping_curve",
    "threshold_slider",
    "thresholds",
    "training_curves",
    "wards",
    "weight_map",
]
