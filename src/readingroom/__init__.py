"""Reading Room: a hands-on course on AI for radiologists and other clinicians.

What a lesson calls is reached as ``rr.<name>`` and imported on first use, so that
``import readingroom`` is quick and never loads torch.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["audit", "data", "dicom", "explain", "models", "reader", "show", "simulator"],
    submod_attrs={
        "kernel.session": [
            "carry",
            "check",
            "headline",
            "judge",
            "lesson",
            "look",
            "stored",
            "verdict",
        ],
        "kernel.store": ["once"],
        "exam.paper": ["hand_in", "results", "test"],
        "learner.certificate": ["certificate"],
        "learner.contents": ["contents"],
        "dicom": ["deid"],
        "reader.reading": ["read_film"],
        "assess": [
            "agreement",
            "calibration",
            "decision",
            "delong",
            "metrics",
            "operating",
            "prevalence",
            "samplesize",
            "strata",
            "subgroups",
        ],
    },
)
