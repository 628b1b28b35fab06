"""Rooms whose names are imported when first asked for, so that importing a room stays cheap."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any


def names(room: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """The ``__getattr__`` (PEP 562) of a room that leaves its names in their modules.

    Parameters
    ----------
    room : str
        The package's ``__name__``.
    homes : mapping of str to str
        Each name and the module below `room` that defines it.

    Returns
    -------
    callable
        Imports the module and gives the name; raises AttributeError for a name without a home.
    """

    def found(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{room}.{homes[name]}"), name)

    return found
