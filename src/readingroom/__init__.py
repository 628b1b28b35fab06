"""Reading Room: a hands-on course on AI for radiologists and other clinicians.

What a lesson calls is reached as ``rr.<name>`` and imported on first use, so that
``import readingroom`` is quick and never loads torch.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

# name -> (module, attribute in it, or None for the module itself)
_LAZY = {
    "lesson": ("readingroom.course.session", "lesson"),
    "check": ("readingroom.course.session", "check"),
    "judge": ("readingroom.course.session", "judge"),
    "look": ("readingroom.course.session", "look"),
    "carry": ("readingroom.course.session", "carry"),
    "verdict": ("readingroom.course.session", "verdict"),
    "headline": ("readingroom.course.session", "headline"),
    "test": ("readingroom.exam.paper", "test"),
    "hand_in": ("readingroom.exam.paper", "hand_in"),
    "results": ("readingroom.exam.paper", "results"),
    "certificate": ("readingroom.course.certificate", "certificate"),
    "contents": ("readingroom.course.contents", "contents"),
    "once": ("readingroom.course.store", "once"),
    "data": ("readingroom.data", None),
    "deid": ("readingroom.dicom.deid", None),
    "dicom": ("readingroom.dicom", None),
    "simulator": ("readingroom.simulator", None),
    "models": ("readingroom.models", None),
    "bias": ("readingroom.bias", None),
    "metrics": ("readingroom.assess.metrics", None),
    "explain": ("readingroom.explain", None),
    "read_film": ("readingroom.reader.reading", "read_film"),
    "reader": ("readingroom.reader", None),
    "agreement": ("readingroom.assess.agreement", None),
    "samplesize": ("readingroom.assess.samplesize", None),
    "audit": ("readingroom.audit", None),
    "scores": ("readingroom.models.scored", "scores"),
    "operating": ("readingroom.assess.operating", None),
    "prevalence": ("readingroom.assess.prevalence", None),
    "calibration": ("readingroom.assess.calibration", None),
    "delong": ("readingroom.assess.delong", None),
    "decision": ("readingroom.assess.decision", None),
    "strata": ("readingroom.assess.strata", None),
    "show": ("readingroom.show", None),
    "subgroups": ("readingroom.assess.subgroups", None),
    "stored": ("readingroom.models.stored", "stored"),
}

__all__ = ["__version__", *sorted(_LAZY)]


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'readingroom' has no attribute {name!r}")
    module, attribute = _LAZY[name]
    found = importlib.import_module(module)
    found = getattr(found, attribute) if attribute else found
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
