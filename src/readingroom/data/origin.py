"""Which films this kernel's lesson is about: set when a lesson opens, read by every figure."""

from __future__ import annotations

from dataclasses import dataclass

from readingroom.assess import whose

MODES = ("real", "simulated")
SIMULATED = whose.SIMULATED


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


class OfFilms:
    """What carries its films' banner: whose it is, and whether it was drawn."""

    films: str

    def banner(self) -> str:
        """Whose films these are."""
        return self.films

    @property
    def simulated(self) -> bool:
        """Whether they were drawn."""
        return self.films.startswith(SIMULATED)


def tag_of(banner: str, real: str) -> str:
    """For figures: ``SIMULATED`` where the banner says so, else the tag of the real ones."""
    return "SIMULATED" if banner.startswith(SIMULATED) else real


def of_course(mode: str) -> str:
    """``real`` or ``simulated`` as given; simulated films stand in for an own cohort."""
    return mode if mode in MODES else "simulated"


def tag_of_course(mode: str) -> str | None:
    """For figures of the course's films: their tag beside own ones, else None, the lesson's own."""
    return None if mode in MODES else "SIMULATED"


def current() -> Origin:
    """What the open lesson's numbers are of."""
    return _kernel["origin"]


def opened(origin: Origin) -> None:
    """Note which films a lesson was opened with; an empty `Origin` forgets them."""
    _kernel["origin"] = origin
    whose.mind("" if origin.mode in ("", *MODES) else origin.banner)


def tag() -> str:
    """The tag of the films of the running cell: the open lesson's, unless it uses others."""
    others = whose.others()
    if not others:
        return current().tag
    mine = [current().tag] if whose.beside() else []
    return " and ".join([*mine, *others])
