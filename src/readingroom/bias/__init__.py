"""Shortcuts planted, found and removed, and who is missed: the workbench of lesson 06."""

from __future__ import annotations

from readingroom import lazy

_HOMES = {
    "adults": "population",
    "asked": "seethrough",
    "contact_sheet": "sheet",
    "crop": "marker",
    "hospital": "seethrough",
    "level": "marker",
    "mapped_films": "sheet",
    "out_of_fold": "population",
    "peaks_on_letter": "sheet",
    "plant_block": "marker",
    "plant_letter": "marker",
    "repaired": "seethrough",
    "seeds": "seethrough",
    "stored_aucs": "seethrough",
    "twin_films": "twins",
    "window_aucs": "probe",
}

__all__ = sorted(_HOMES)

__getattr__ = lazy.names(__name__, _HOMES)
