"""Lesson 06, "Bias pitfalls": shortcuts planted, found and removed, and who is missed."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "films": [
            "contact_sheet",
            "mapped_films",
            "peaks_on_letter",
        ],
        "population": [
            "adults",
            "out_of_fold",
        ],
        "markers": [
            "crop",
            "level",
            "plant_block",
            "plant_letter",
        ],
        "probe": [
            "window_aucs",
        ],
        "retraining": [
            "asked",
            "hospital",
            "repaired",
            "seeds",
            "stored_aucs",
        ],
        "twins": [
            "twin_films",
        ],
        "figures": [
            "costume_slider",
            "costumes",
            "groups",
            "hiding_maps",
            "interval_rows",
            "marked_sheet",
            "probe_maps",
            "sex_mix",
            "sex_mix_slider",
            "show_twins",
            "twin_means",
        ],
    },
)
