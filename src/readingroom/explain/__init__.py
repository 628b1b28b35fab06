"""What a network looked at: maps, sanity checks, and scores against true outlines.

Torch is imported by `maps`, `sanity` and `attention` only; scoring stored maps needs none.
"""

from __future__ import annotations

from readingroom import lazy

_HOMES = {
    "edges": "localisation",
    "grad_cam": "maps",
    "gradient": "maps",
    "guided_backprop": "maps",
    "integrated_gradients": "maps",
    "occlusion": "maps",
    "randomised": "sanity",
    "LAYERS": "sanity",
    "rank_correlation": "localisation",
    "auprc": "localisation",
    "centre_hits": "localisation",
    "chance": "localisation",
    "excess": "localisation",
    "hits": "localisation",
    "iou": "localisation",
    "peak": "localisation",
    "rate": "localisation",
    "smooth": "localisation",
    "films_with": "targets",
    "METHODS": "runs",
    "ERASED": "runs",
    "stored_run": "runs",
    "blurred": "selected",
    "pooled": "localisation",
    "boxes_around": "evidence",
    "by_network": "evidence",
    "comparison": "evidence",
    "eight_films": "evidence",
    "localise_films": "evidence",
    "own_localisation": "evidence",
    "sanity_maps": "evidence",
    "show_comparison": "evidence",
    "unpacked": "evidence",
    "wrong_answers": "evidence",
    "wrong_place": "evidence",
}

__getattr__ = lazy.names(__name__, _HOMES)
