"""A gate before a program: may this file be read by it? Rules on header and on greys.

The rules are made for programs that read frontal chest films. Header and picture are asked apart,
since either can be wrong or empty; whatever could not be asked is said. A gate lets through what
keeps every rule: that is no proof that the film is in scope.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from readingroom.data import films, greys, identity, pixels
from readingroom.data.errors import DataError, Unreadable
from readingroom.data.intake import Report, files

if TYPE_CHECKING:
    import numpy as np
    from pydicom.dataset import Dataset

PLAIN = ("CR", "DX", "DR", "RG")
CHESTS = ("CHEST", "THORAX", "LUNG")
SCREENSHOT = "1.2.840.10008.5.1.4.1.1.7"  # Secondary Capture, and its kinds behind a point
GRID = 16  # cells along each side, on which the statistics are taken
SMALLEST = 28  # pixels along each side
BLACK, EMPTY = 8, 0.30  # a pixel below the first is black; so large a black share is no film
FLAT = 3.0  # grey levels of spread
BELLY = 0.25  # by how much the belly is brighter than the lungs, in spreads of the film
LIKE = 0.30  # correlation with `TYPICAL`
BARE = "modality, body part and view: there is no header"
BY_CELLS = 0.6  # of the spread; below it neighbouring pixels differ too much: noise

WORDS = {
    "unreadable": films.NEITHER,
    "colour": "a colour picture",
    "no_modality": "its header states no modality",
    "modality": "modality {modality}, not a plain film",
    "screenshot": "a screenshot (Secondary Capture), not the film",
    "processing": "raw numbers for processing, not for reading",
    "part": "body part {part:.20}, not the chest",
    "view": "view {view:.20}, not frontal",
    "years": "{years:.0f} years old; the program is for {scope}",
    "body_part": "body part",
    "view_unasked": "view",
    "age": "age",
    "small": "only {width} x {height} pixels",
    "blank": "blank",
    "noise": "noise rather than a picture",
    "empty": "{percent:.0f} % of the picture is black",
    "inverted": "its greys look inverted",
    "upside_down": "it looks upside down",
    "on_its_side": "it looks turned by 90 degrees",
    "unlike": "unlike any frontal chest film",
    "no_middle": "no bright middle between two darker lungs",
    "no_belly": "no belly brighter than the lungs",
}
"""What a gate says, for the book's film reader too; gaps are filled as by `str.format`."""

# The mean of 1,000 simulated frontal films, adults and children, made symmetric: tenths of a
# standard deviation, the patient's right half, from the neck down.
TYPICAL = (
    (-37, -31, -30, -27, -21, -12, -5, -2),
    (-19, -6, -3, 0, 2, 3, 3, 2),
    (3, 9, 9, 8, 5, 2, 4, 6),
    (5, 8, 8, 4, -2, -6, 0, 7),
    (-1, 4, 4, -2, -6, -7, -1, 9),
    (-8, 1, 0, -4, -6, -6, 0, 11),
    (-11, -1, -2, -5, -6, -5, 2, 13),
    (-13, -2, -4, -5, -6, -4, 5, 15),
    (-13, -3, -5, -6, -5, -2, 8, 16),
    (-14, -4, -6, -7, -5, 0, 10, 16),
    (-13, -4, -6, -6, -4, 1, 11, 17),
    (-12, -4, -5, -4, -2, 2, 11, 17),
    (-11, -3, -3, -1, 1, 5, 12, 17),
    (-10, -1, 1, 3, 6, 8, 13, 17),
    (-10, 1, 5, 7, 9, 11, 15, 17),
    (-9, 2, 7, 10, 12, 13, 15, 17),
)


@dataclass(frozen=True)
class Scope:
    """What a program may read.

    Attributes
    ----------
    name : str
        In words, for a sentence.
    ages : (float, float) or None
        Youngest and oldest in years, both included; None for any.
    """

    name: str
    ages: tuple[float, float] | None = None


CHEST = Scope("frontal chest films")
CHILDREN = Scope("frontal chest films of children aged 1 to 5", (1, 6))


@dataclass(frozen=True)
class Verdict:
    """What a gate says about one file.

    Attributes
    ----------
    reasons : tuple of str
        Why it is stopped, each in a few words; empty where it passes.
    unasked : tuple of str
        What could not be asked, or is odd without stopping it.
    """

    reasons: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether no rule stops it."""
        return not self.reasons

    def __str__(self) -> str:
        said = "passes" if self.passes else f"stopped: {'; '.join(self.reasons)}"
        return said + (f" (not asked: {'; '.join(self.unasked)})" if self.unasked else "")


def gate(item: Dataset | np.ndarray | Path | str, scope: Scope = CHEST) -> Verdict:
    """Ask header and picture whether a program may read a film.

    Parameters
    ----------
    item : pydicom.Dataset, numpy.ndarray, or path
        A DICOM film; greys alone, (H, W) with air dark; or a DICOM, PNG or JPEG file.
    scope : Scope
        `CHEST` or `CHILDREN`, or another.

    Returns
    -------
    Verdict
        It never raises for a film: what cannot be read is stopped, with the reason.

    Raises
    ------
    TypeError
        It is neither a film nor a path.
    """
    import numpy as np
    from pydicom.dataset import Dataset

    if isinstance(item, (str, Path)):
        return _file(Path(item), scope)
    if isinstance(item, np.ndarray):
        return _both((), (BARE,), item, scope)
    if isinstance(item, Dataset):
        return _dataset(item, scope)
    raise TypeError(f"A gate asks a DICOM film, an array or a file, not {type(item).__name__}.")


def _file(path: Path, scope: Scope) -> Verdict:
    try:
        if films.kind(path) == "dicom":
            return _dataset(pixels.opened(path), scope)
        film = films.read(path)
    except Unreadable as problem:
        return Verdict((str(problem),))
    except Exception:  # a header broken in the middle raises anything
        return Verdict(("a damaged file",))
    reasons = (WORDS["colour"],) if "colour" in film.remarks else ()
    return _both(reasons, (BARE,), film.pixels, scope)


def _dataset(header: Dataset, scope: Scope) -> Verdict:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            reasons, unasked = of_header(header, scope)
            unasked += greys.remarks(header)
            frames = pixels.frames(header)
            if frames > 1:
                reasons.append(f"{frames} frames, not one film")
            picture = greys.picture(header, 0 if frames > 1 else None)
        except Unreadable as problem:
            return Verdict((*of_header(header, scope)[0], str(problem)))
        except Exception:
            return Verdict(("a damaged DICOM file",))
    return _both(tuple(reasons), tuple(unasked), picture, scope, asked_age=True)


def _both(
    reasons: tuple[str, ...],
    unasked: tuple[str, ...],
    picture: np.ndarray,
    scope: Scope,
    asked_age: bool = False,
) -> Verdict:
    if scope.ages and not asked_age:
        unasked = (*unasked, WORDS["age"])
    return Verdict((*reasons, *of_picture(picture)), unasked)


def of_header(header: Dataset, scope: Scope = CHEST) -> tuple[list[str], list[str]]:
    """What a header says against a film, and what it does not say.

    Follows PS3.3 C.7.3.1 (modality, body part), C.8.1.2 (view), C.8.11.2 (presentation intent).

    Returns
    -------
    reasons, unasked : list of str
    """
    reasons, unasked = [], []
    modality = _word(header, "Modality")
    if not modality:
        reasons.append(WORDS["no_modality"])
    elif modality not in PLAIN:
        reasons.append(WORDS["modality"].format(modality=modality))
    if str(header.get("SOPClassUID") or "").startswith(SCREENSHOT):
        reasons.append(WORDS["screenshot"])
    if _word(header, "PresentationIntentType") == "FOR PROCESSING":
        reasons.append(WORDS["processing"])
    if pixels.photometric(header) not in pixels.GREYS:
        reasons.append(WORDS["colour"])
    part = _word(header, "BodyPartExamined")
    if not part:
        unasked.append(WORDS["body_part"])
    elif not any(word in part for word in CHESTS):
        reasons.append(WORDS["part"].format(part=part))
    view = _word(header, "ViewPosition")
    if not view:
        unasked.append(WORDS["view_unasked"])
    elif films.view(view) not in ("AP", "PA"):
        reasons.append(WORDS["view"].format(view=view))
    if scope.ages:
        old = identity.years(str(header.get("PatientAge") or ""))
        if old is None:
            unasked.append(WORDS["age"])
        elif not scope.ages[0] <= old < scope.ages[1]:
            reasons.append(WORDS["years"].format(years=old, scope=scope.name))
    return reasons, unasked


def _word(header: Dataset, keyword: str) -> str:
    return str(header.get(keyword) or "").strip().upper()


def of_picture(picture: np.ndarray) -> tuple[str, ...]:
    """What the greys say against a frontal chest film.

    Parameters
    ----------
    picture : numpy.ndarray, (H, W)
        Air dark; other than uint8 is spread over 0 to 255 first.

    Returns
    -------
    tuple of str
        Reasons, most telling first; empty where none of the rules is broken.
    """
    import numpy as np

    if picture.ndim != 2:
        return (f"{picture.ndim} axes, not rows and columns",)
    if min(picture.shape) < SMALLEST:
        return (WORDS["small"].format(width=picture.shape[1], height=picture.shape[0]),)
    if picture.dtype != np.uint8:
        picture = films.spread(picture)
    film = films.squared(picture, 4 * GRID).astype(float)
    if film.std() < FLAT:
        return (WORDS["blank"],)
    cells = film.reshape(GRID, 4, GRID, 4).mean(axis=(1, 3))
    if cells.std() < BY_CELLS * film.std():
        return (WORDS["noise"],)
    reasons = []
    empty = float((film < BLACK).mean())
    if empty > EMPTY:
        reasons.append(WORDS["empty"].format(percent=100 * empty))
    z = (cells - cells.mean()) / cells.std()
    turned = _turned(z)
    if turned:
        reasons.append(turned)
    reasons += _anatomy(z, turned)
    return tuple(reasons)


def typical() -> np.ndarray:
    """What a frontal chest film looks like, (16, 16), mean 0 and spread 1."""
    import numpy as np

    half = np.array(TYPICAL, float)
    whole = np.hstack([half, half[:, ::-1]])
    return (whole - whole.mean()) / whole.std()


def _turned(z: np.ndarray) -> str:
    """How a picture that is unlike a chest film would become like one; else that nothing does."""
    import numpy as np

    like = typical()
    ways: list[tuple[str, Any]] = [
        ("", z),
        ("inverted", -z),
        ("upside_down", z[::-1]),
        ("on_its_side", np.rot90(z)),
        ("on_its_side", np.rot90(z, 3)),
    ]
    likeness = [float((way * like).mean()) for _, way in ways]
    if likeness[0] >= LIKE:
        return ""
    best = int(np.argmax(likeness))
    return WORDS[ways[best][0] if likeness[best] >= LIKE else "unlike"]


def _anatomy(z: np.ndarray, turned: str) -> list[str]:
    """Two things every frontal chest film shows: a bright middle, a bright belly."""
    if turned and turned != WORDS["unlike"]:
        return []  # said already, in a word that helps more
    middle = z[4:11, 7:9].mean()
    right, left = z[4:10, 3:6].mean(), z[4:10, 10:13].mean()
    reasons = []
    if middle <= max(right, left):
        reasons.append(WORDS["no_middle"])
    if z[13:15, 4:12].mean() - (right + left) / 2 < BELLY:
        reasons.append(WORDS["no_belly"])
    return reasons


def folder(place: Path | str, scope: Scope = CHEST) -> Iterator[tuple[str, Verdict]]:
    """Ask every PNG, JPEG or DICOM file of a folder, at any depth; nothing is changed.

    Parameters
    ----------
    place : path
    scope : Scope

    Yields
    ------
    name : str
        Path from the folder.
    verdict : Verdict

    Raises
    ------
    DataError
        There is no such folder, or no film in it.
    """
    root = Path(place).expanduser()
    if not root.is_dir():
        raise DataError(f"There is no folder {root}; give the folder that holds the films.")
    listed = files(root, Report())
    if not listed:
        raise DataError(f"There is no PNG, JPEG or DICOM file in {root}; is it the right folder?")
    for name in listed:
        yield name, gate(root / name, scope)


def said(asked: list[tuple[str, Verdict]], scope: Scope = CHEST) -> str:
    """A folder's verdicts in lines: every file that is stopped, then the count."""
    stopped = [(name, found) for name, found in asked if not found.passes]
    lines = [f"{name}: {'; '.join(found.reasons)}" for name, found in stopped]
    bare = sum(BARE in found.unasked for _, found in asked)
    if bare:
        lines.append(f"No header in {bare} of {len(asked)} files: only their greys were asked.")
    rest = len(asked) - len(stopped)
    lines.append(
        f"A gate for {scope.name} would stop {len(stopped)} of {len(asked)} files. "
        f"{rest} pass; that does not prove that the program may read them."
    )
    return "\n".join(lines)
