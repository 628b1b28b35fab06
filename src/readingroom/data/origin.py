"""Which films this kernel's lesson is about: set when a lesson opens, read by every figure."""

from __future__ import annotations

from dataclasses import dataclass

MODES = ("real", "simulated")
SIMULATED = "SIMULATED DATA: numbers describe virtual patients only"  # stands over every result


@dataclass(frozen=True)
class Origin:
    """Whose films a lesson's numbers are of.

    Attributes
    ----------
    mode : str
        ``real``, ``simulated`` or an own cohort's name; empty while no lesson is open.
    banner : str
        The line over the lesson.
    """

    mode: str = ""
    banner: str = ""

    @property
    def tag(self) -> str:
        """The short tag that every figure repeats; empty while no lesson is open."""
        word = {"real": "REAL FILMS", "simulated": "SIMULATED"}.get(self.mode, self.mode)
        return f"{word}, rebuilt" if "rebuilt" in self.banner else word


_kernel = {"origin": Origin()}


def current() -> Origin:
    """What the open lesson's numbers are of."""
    return _kernel["origin"]


def opened(origin: Origin) -> None:
    """Note which films a lesson was opened with; an empty `Origin` forgets them."""
    _kernel["origin"] = origin


def tag() -> str:
    """The tag of the open lesson's films."""
    return current().tag
