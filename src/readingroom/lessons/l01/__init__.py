"""Lesson 01, "From PACS to research file": the films sent out, and how each method did."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "films": [
            "exports",
            "four_films",
            "planted",
            "stick",
        ],
        "comparison": [
            "in_bytes",
            "left",
            "left_by",
            "losses",
            "methods",
            "removed",
            "sensitivity",
        ],
        "crowd": [
            "alone",
            "exam_list",
        ],
        "figures": [
            "header_table",
            "ticks",
        ],
    },
)
