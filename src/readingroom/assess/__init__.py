"""How good is it: estimates with their intervals, agreement, calibration, decisions."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
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
)
