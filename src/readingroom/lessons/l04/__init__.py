"""Lesson 04, "Is it good enough?": labels and scores of two models, and their figures."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "films": [
            "scores",
        ],
        "figures": [
            "auc_samples",
            "cost_sliders",
            "forest",
            "net_benefit",
            "roc_slider",
            "threshold_travels",
        ],
        "trust": [
            "four_plots",
            "ppv_slider",
            "reliability",
        ],
    },
)
