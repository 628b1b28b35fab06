"""Lesson 00, "The AI reads a chest film in a second": its films, figures and stored scores."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "films": [
            "night_set",
            "reading_set",
            "threshold_set",
            "ward_films",
        ],
        "drawn": [
            "gallery",
            "inverted_film",
            "lesions",
            "scope_set",
        ],
        "figures": [
            "calls_table",
            "lesion_sheet",
            "thresholds",
            "wards",
        ],
        "controls": [
            "call_buttons",
            "threshold_slider",
        ],
    },
)
