"""Pictures: films as a radiologist expects them, curves, and the sentence that describes each."""

from readingroom.show.ask import call_buttons, threshold_slider
from readingroom.show.boxes import draw_box, ruled
from readingroom.show.controls import sliders
from readingroom.show.curves import (
    learning_curve,
    seed_dots,
    shuffle_dots,
    stopping_curve,
    training_curves,
)
from readingroom.show.figures import axes, colours, films, show, weight_map
from readingroom.show.firstlook import calls_table, lesion_sheet, thresholds, wards
from readingroom.show.headers import header, ticks
from readingroom.show.intervals import estimates, narrowing
from readingroom.show.live import LiveCurve
from readingroom.show.maps import erasing_curve, heat_maps, rate_bars, ruled_films, size_curve
from readingroom.show.moves import moves_gallery
from readingroom.show.ranking import (
    auc_samples,
    cost_sliders,
    forest,
    net_benefit,
    roc_slider,
    threshold_travels,
)
from readingroom.show.readings import readings
from readingroom.show.shortcuts import (
    costume_slider,
    costumes,
    groups,
    hiding_maps,
    interval_rows,
    marked_sheet,
    probe_maps,
    sex_mix,
    sex_mix_slider,
    twin_films,
    twin_means,
)
from readingroom.show.sorting import SortingTable, contact_sheet
from readingroom.show.trust import four_plots, ppv_slider, reliability
from readingroom.show.windows import panels, slider

__all__ = [
    "LiveCurve",
    "SortingTable",
    "auc_samples",
    "axes",
    "call_buttons",
    "calls_table",
    "colours",
    "contact_sheet",
    "cost_sliders",
    "costume_slider",
    "costumes",
    "draw_box",
    "erasing_curve",
    "estimates",
    "films",
    "forest",
    "four_plots",
    "groups",
    "header",
    "heat_maps",
    "hiding_maps",
    "interval_rows",
    "learning_curve",
    "lesion_sheet",
    "marked_sheet",
    "moves_gallery",
    "narrowing",
    "net_benefit",
    "panels",
    "ppv_slider",
    "probe_maps",
    "rate_bars",
    "readings",
    "reliability",
    "roc_slider",
    "ruled",
    "ruled_films",
    "seed_dots",
    "sex_mix",
    "sex_mix_slider",
    "show",
    "shuffle_dots",
    "size_curve",
    "slider",
    "sliders",
    "stopping_curve",
    "threshold_slider",
    "threshold_travels",
    "thresholds",
    "ticks",
    "training_curves",
    "twin_films",
    "twin_means",
    "wards",
    "weight_map",
]
