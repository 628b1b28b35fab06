"""Pictures: films as a radiologist expects them, and the sentence that describes each."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "boxes": [
            "draw_box",
            "ruled",
        ],
        "controls": [
            "sliders",
        ],
        "figures": [
            "axes",
            "colours",
            "films",
            "show",
            "weight_map",
        ],
        "intervals": [
            "estimates",
            "narrowing",
        ],
        "reading": [
            "readings",
        ],
        "windows": [
            "panels",
            "slider",
        ],
    },
)
