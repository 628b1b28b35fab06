"""Maps of what moved a network's score, and their scores against true outlines.

Torch is imported by `maps` and `sanity` only; scoring stored maps needs none.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "maps": [
            "grad_cam",
            "gradient",
            "guided_backprop",
            "integrated_gradients",
            "occlusion",
        ],
        "sanity": [
            "LAYERS",
            "randomised",
        ],
        "localisation": [
            "auprc",
            "centre_hits",
            "chance",
            "edges",
            "excess",
            "hits",
            "iou",
            "peak",
            "pooled",
            "rank_correlation",
            "rate",
            "smooth",
        ],
    },
)
