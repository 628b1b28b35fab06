"""Net benefit: is alarming by this score better than alarming for everybody, or for nobody?

Source: Vickers & Elkin 2006, Med Decis Making 26:565.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def net_benefit(sens: Any, spec: Any, prevalence: float, worth: Any) -> Any:
    """Net benefit per patient: true alarms, less false alarms at their price in true ones.

    Parameters
    ----------
    sens, spec : float or ndarray
    prevalence : float
    worth : float or ndarray
        How many false alarms one found patient is worth. Vickers and Elkin write it as the
        threshold probability p, with worth = (1 - p) / p.
    """
    return prevalence * np.asarray(sens) - (1 - prevalence) * (1 - np.asarray(spec)) / worth


def treat_all(prevalence: float, worth: float) -> float:
    """Net benefit of alarming for everybody."""
    return net_benefit(1.0, 0.0, prevalence, worth)
