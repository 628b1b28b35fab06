"""Lesson 05, "What is it looking at?": stored maps with true outlines, and their figures."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "films": [
            "boxes_around",
            "by_network",
            "comparison",
            "eight_films",
            "localise_films",
            "own_localisation",
            "sanity_maps",
            "show_comparison",
            "unpacked",
            "wrong_answers",
            "wrong_place",
        ],
        "make": [
            "ERASED",
            "METHODS",
            "stored_run",
        ],
        "selected": [
            "blurred",
        ],
        "targets": [
            "films_with",
        ],
        "figures": [
            "erasing_curve",
            "heat_maps",
            "rate_bars",
            "ruled_films",
            "size_curve",
        ],
    },
)
