"""A folder of DICOM files as one volume, in millimetres, or a sentence that says why not.

Places and distances follow DICOM PS3.3 C.7.6.2 (image plane): a slice lies at its position along
the normal of rows and columns. SliceThickness is kept and moves nothing: a thickness is no
distance. The file's name is not used, since names are sorted as people name them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from readingroom.data import greys, pixels
from readingroom.data.errors import DataError, Unreadable
from readingroom.data.volumes import Volume

MOST_FILES = 5_000
SAME_MM = 0.02  # two distances closer than this, or than 3 %, are one: PET beds overlap by tenths
SAME_SHARE = 0.03
SAME_DIRECTION = 1e-3  # of a cosine
TILT = 0.1  # mm by which a slice may shift within its plane from one to the next
PLACED = ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing")
# what may differ where one place is there several times
TOLD_APART = ("EchoTime", "EchoNumbers", "TemporalPositionIdentifier", "AcquisitionNumber",
              "TriggerTime", "InversionTime", "DiffusionBValue", "ImageType")  # fmt: skip


def series(
    folder: str | Path | Sequence[Path],
    number: int | None = None,
    where: Mapping[str, Any] | None = None,
    uneven: bool = False,
) -> Volume:
    """One series of a folder as a volume.

    Parameters
    ----------
    folder : path or sequence of path
        Searched with all its folders; files that are no DICOM are left alone. Or the files.
    number : int, optional
        Which series, from 1, where there are several; the refusal lists them.
    where : mapping of str to value, optional
        Keep the slices with these values in the header, such as ``{"EchoTime": 6.3}``.
    uneven : bool
        Take slices whose distance changes, or of which some are missing. The volume then says so,
        and lines within a slice can be measured; `Volume.slabs` says whether regions can.

    Returns
    -------
    Volume
        Rescaled (CT: HU), slices along the normal of the first one's rows and columns.

    Raises
    ------
    DataError
        No series, several of them, mixed sizes, missing slices: one sentence, and what to do.
    """
    found = _headers(_inside(Path(folder)) if isinstance(folder, (str, Path)) else list(folder))
    chosen = _one_series(found, number)
    if where:
        chosen = [one for one in chosen if all(_is(one, *pair) for pair in where.items())]
        if not chosen:
            raise DataError(f"No slice of that series has {_said(where)}; look into a header.")
    _one_shape(chosen)
    at = _places(chosen)
    order = np.argsort(at, kind="stable")
    chosen, at = [chosen[i] for i in order], at[order]
    _once(chosen, at)
    step, said = _step(at, uneven)
    values = _values(chosen)
    down, across = (float(part) for part in chosen[0].PixelSpacing)
    tilt = [said_tilt] if (said_tilt := _tilted(chosen, at)) else []
    return Volume(
        values,
        (step, down, across),
        _unit(chosen[0]),
        tuple(float(mm) for mm in at - at[0]),
        tuple([*said, *tilt]),
        f"YOUR OWN: {len(chosen)} slices, {chosen[0].get('Modality', 'modality unknown')}",
        _thick(chosen),
    )


def _thick(chosen: list[Dataset]) -> tuple[float, ...]:
    """What each header states as its SliceThickness, mm; empty where one does not."""
    held = [header.get("SliceThickness") for header in chosen]
    return tuple(float(mm) for mm in held) if all(held) else ()


def _inside(folder: Path) -> list[Path]:
    """All files of a folder and its folders."""
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder; give the one that holds the DICOM files.")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if len(files) > MOST_FILES:
        raise DataError(
            f"{folder} holds {len(files):,} files; give the folder of one study, at most "
            f"{MOST_FILES:,}."
        )
    return files


def _headers(files: Sequence[Path]) -> list[Dataset]:
    """Headers of all single pictures with a place in space, each with its file's path."""
    found: list[Dataset] = []
    unplaced, several = 0, 0
    for path in files:
        with path.open("rb") as stream:
            if not pixels.is_dicom(stream.read(132)):
                continue
        try:
            header = pixels.opened(path)
        except Unreadable:
            continue
        except Exception as problem:
            raise DataError(
                f"{path.name} is a damaged DICOM file ({type(problem).__name__}); copy it again, "
                "or take it out of the folder."
            ) from problem
        if not pixels.has_picture(header):
            continue
        if pixels.frames(header) > 1:
            several += 1
        elif not all(header.get(name) for name in PLACED):
            unplaced += 1
        else:
            for name in pixels.DATA:  # decoded later, and of one series only
                header.pop(name, None)
            found.append(header)
    if found:
        return found
    if several:
        raise DataError("These files hold many pictures each (multi-frame); export single slices.")
    if unplaced:
        raise DataError(
            f"{unplaced} pictures, and none says where it lies (ImagePositionPatient, PixelSpacing)"
            ": nothing can be measured. Export the original slices, no screen shots."
        )
    raise DataError("There is no DICOM picture among these files; give those of the slices.")


def _one_series(found: list[Dataset], number: int | None) -> list[Dataset]:
    groups: dict[str, list[Dataset]] = {}
    for header in found:
        groups.setdefault(str(header.get("SeriesInstanceUID", "")), []).append(header)
    # the same order at every call: by the series' own number, then by its UID
    listed = sorted(groups.items(), key=lambda pair: (_number(pair[1][0]), pair[0]))
    if number is None and len(listed) == 1:
        return listed[0][1]
    if number is not None and 1 <= number <= len(listed):
        return listed[number - 1][1]
    lines = "; ".join(f"{k}: {_about(group)}" for k, (_, group) in enumerate(listed, 1))
    raise DataError(f"The folder holds {len(listed)} series ({lines}); choose one with number=1.")


def _number(header: Dataset) -> int:
    try:
        return int(header.get("SeriesNumber") or 0)
    except (TypeError, ValueError):
        return 0


def _about(group: list[Dataset]) -> str:
    """Modality, what the series is called, how many slices."""
    words = str(group[0].get("SeriesDescription", "")).strip() or "without a description"
    return f"{group[0].get('Modality', '?')}, {words}, {len(group)} slices"


def _is(header: Dataset, name: str, value: Any) -> bool:
    held = header.get(name)
    if isinstance(value, (int, float)) and held is not None:
        try:
            return math.isclose(float(held), value, rel_tol=1e-3)
        except (TypeError, ValueError):
            return False
    return str(held) == str(value)


def _said(where: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in where.items())


def _one_shape(chosen: list[Dataset]) -> None:
    """Refuse slices of different size, spacing or direction, and colour."""
    first = chosen[0]
    for header in chosen:
        if pixels.photometric(header) not in pixels.GREYS:
            raise DataError("A slice is in colour: that is a screen shot or a fused picture.")
        size, spacing = (
            ((int(h.Rows), int(h.Columns)) for h in (first, header)),
            header.PixelSpacing,
        )
        if len(set(size)) > 1:
            raise DataError(
                "The slices differ in rows and columns: a scout lies among them. Take it out."
            )
        if not np.allclose(np.array(spacing, float), np.array(first.PixelSpacing, float), 1e-3):
            raise DataError(
                f"The slices differ in pixel size ({_mm(first.PixelSpacing)} and {_mm(spacing)}): "
                "one measure would be wrong. Give one reconstruction."
            )
        turned = np.abs(_array(header, PLACED[1]) - _array(first, PLACED[1])).max()
        if turned > SAME_DIRECTION:
            raise DataError(
                "The slices lie in different directions: several planes in one series. Choose one "
                "with where={...}, or export one plane."
            )


def _mm(spacing: Any) -> str:
    return f"{float(spacing[0]):.3g} mm"


def _array(header: Dataset, name: str) -> np.ndarray:
    return np.array([float(part) for part in header[name].value])


def _axes(header: Dataset) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Directions along a row, down a column, and from slice to slice; (3,) each."""
    cosines = _array(header, PLACED[1])
    return cosines[:3], cosines[3:], np.cross(cosines[:3], cosines[3:])


def _places(chosen: list[Dataset]) -> np.ndarray:
    """Millimetres of each slice along the first one's normal, (D,)."""
    normal = _axes(chosen[0])[2]
    return np.array([float(normal @ _array(header, PLACED[0])) for header in chosen])


def _once(chosen: list[Dataset], at: np.ndarray) -> None:
    """Refuse places that are there several times, and say what tells them apart."""
    if len(chosen) < 2 or np.diff(at).min() > SAME_MM:
        return
    times = Counter(np.round(at / SAME_MM).astype(int)).most_common(1)[0][1]
    for name in TOLD_APART:
        held = {str(header.get(name, "")) for header in chosen}
        if 1 < len(held) <= times:
            first = sorted(held, key=lambda text: (len(text), text))
            asked = first[0] if _is_number(first[0]) else repr(first[0])
            raise DataError(
                f"Each place is there {times} times, with {name} {' and '.join(first)}; choose "
                f'with where={{"{name}": {asked}}}.'
            )
    raise DataError(f"One place is there {times} times, and nothing in the headers says why.")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _step(at: np.ndarray, uneven: bool) -> tuple[float, list[str]]:
    """The one distance between slices, and what is to be said; nan where it changes."""
    steps = np.diff(at)
    if len(steps) == 0:
        raise DataError("There is one slice only: that is a film, and no volume.")
    usual = float(np.median(steps))
    near = np.abs(steps - usual) <= np.maximum(SAME_MM, SAME_SHARE * usual)
    if near.all():
        return float(steps.mean()), []
    many = np.round(steps / usual)
    whole = np.abs(steps - many * usual) <= np.maximum(SAME_MM, SAME_SHARE * usual) * many
    if whole.all():
        gap = int(np.flatnonzero(~near)[0])
        lost = int((many - 1).sum())
        told = (
            f"{lost} slice{'s are' if lost > 1 else ' is'} missing: behind slice {gap} the next "
            f"one is {steps[gap]:.1f} mm away, the others {usual:.1f} mm"
        )
    else:
        told = (
            f"The distance between slices changes, from {steps.min():.1f} to {steps.max():.1f} mm"
        )
    if uneven:
        return math.nan, [f"{told}. Measure within a slice; no volume can be summed up."]
    raise DataError(
        f"{told}, so volumes would be wrong. Complete the folder, or take it with uneven=True and "
        "measure within slices only."
    )


def _tilted(chosen: list[Dataset], at: np.ndarray) -> str:
    """What to say where slices shift within their plane, as with a tilted gantry; else nothing."""
    along, down, _ = _axes(chosen[0])
    places = np.array([_array(header, PLACED[0]) for header in chosen])
    moved = np.stack([places @ along, places @ down], axis=1)
    shift = np.abs(np.diff(moved, axis=0)).max() if len(places) > 1 else 0.0
    if shift <= TILT:
        return ""
    whole = np.hypot(*(moved[-1] - moved[0]))
    angle = math.degrees(math.atan2(float(whole), float(abs(at[-1] - at[0]))))
    return (
        f"The slices are tilted by {angle:.1f}° against the stack (gantry tilt): the stack is "
        "sheared, and distances across slices are wrong by that."
    )


def _values(chosen: list[Dataset]) -> np.ndarray:
    """Rescaled numbers, (D, H, W): int16 where they are whole and fit, else float32."""
    out = []
    for header in chosen:
        try:
            stored = pixels.stored(pixels.opened(header.filename))
            out.append(greys.measured(header, stored))
        except Unreadable as problem:
            raise DataError(f"A slice cannot be read: {problem}.") from problem
    values = np.stack(out)
    small = np.abs(values).max() < 2**15
    whole = small and bool((values == np.round(values)).all())
    return values.astype(np.int16 if whole else np.float32)


def _unit(header: Dataset) -> str:
    stated = str(header.get("RescaleType", "") or header.get("Units", "")).strip()
    return "HU" if header.get("Modality") == "CT" and stated in ("", "HU") else stated
