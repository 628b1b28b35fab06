"""What each way of cleaning leaves and loses, and what the audit finds, on the planted inventory.

The truth is the simulator's inventory; the audit never reads it. Last, an exam list without names:
how many of its records stand alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydicom.dataset import Dataset, FileDataset

from readingroom import simulator
from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.dicom.audit import PLACES, audit
from readingroom.dicom.keeping import keep, pseudonym
from readingroom.dicom.phi import file_name
from readingroom.dicom.profile import copy_of, profile, recipe
from readingroom.dicom.reading import elements, tag_of, text_of
from readingroom.lessons.l01 import films as archive
from readingroom.lessons.l01.films import QUASI, Export
from readingroom.simulator.export import Planted

if TYPE_CHECKING:
    import pandas as pd

EXAMS = 600  # of the list in which somebody may stand alone
FIRST_PATIENT = 40_000  # seed
MONTHS = 12
SECRET = "only the hospital knows this sentence"
# What a study of chest films usually needs from the header.
USEFUL = ("Modality", "BodyPartExamined", "ViewPosition", "PatientSex", "PatientAge",
          "PhotometricInterpretation", "WindowCenter", "ImagerPixelSpacing")  # fmt: skip


def _unnamed(data: Dataset) -> FileDataset:
    out = copy_of(data)
    out.PatientName = ""
    out.filename = data.filename  # whoever deletes a name seldom renames the file
    return out


def _kept(data: Dataset) -> FileDataset:
    out = keep(profile(data), data, SECRET)
    out.filename = f"research/{pseudonym(str(data.PatientID), SECRET)}.dcm"
    return out


def methods() -> dict[str, Callable[[Dataset], FileDataset]]:
    """Four ways to clean a file, by name."""
    return {
        "name deleted": _unnamed,
        "deid, as shipped": recipe,
        "the profile": profile,
        "profile, then keep": _kept,
    }


def truly_left(item: Planted, export: Export, data: Dataset) -> bool:
    """Whether a planted item still stands in a cleaned file."""
    if item.place == "pixels":
        same = data.pixel_array == export.data().pixel_array
        return bool(same[export.text].mean() > 0.02)
    if item.place == "file name":
        return item.value in file_name(data)
    return any(
        tag_of(element) == item.tag and item.value in text_of(element) for element in elements(data)
    )


def identifying(export: Export) -> list[Planted]:
    """What was planted, without sex and age, which identify in combination only."""
    return [item for item in export.planted if item.keyword not in QUASI]


@cache
def _cleaned() -> dict[str, list[FileDataset]]:
    return {
        name: [clean(export.data()) for export in archive.exports()]
        for name, clean in methods().items()
    }


@cache
def _counts() -> dict[str, dict[str, tuple[int, int]]]:
    """Way to place to (left, planted), and ``all``."""
    rows = {}
    for name, files in _cleaned().items():
        counts = {place: [0, 0] for place in PLACES}
        for export, data in zip(archive.exports(), files, strict=True):
            for item in identifying(export):
                counts[item.place][0] += truly_left(item, export, data)
                counts[item.place][1] += 1
        counts["all"] = [sum(part) for part in zip(*counts.values(), strict=True)]
        rows[name] = {place: (left, of) for place, (left, of) in counts.items()}
    return rows


def left_by() -> pd.DataFrame:
    """What each way leaves of the planted items: one row per way, one column per place."""
    import pandas as pd

    said = {
        name: {place: f"{left} of {of}" for place, (left, of) in row.items()}
        for name, row in _counts().items()
    }
    return pd.DataFrame(said).T


def left(name: str, place: str = "all") -> int:
    """How many planted items of one place, or of all, one way leaves."""
    return _counts()[name][place][0]


def removed(name: str) -> Estimate:
    """Share of the planted items that one way removed, with Wilson's interval over items."""
    left, of = _counts()[name]["all"]
    return _share(of - left, of, f"removed by {name}")


def _share(part: int, of: int, name: str) -> Estimate:
    return replace(metrics.share(part, of, name), by="items")


def sensitivity() -> tuple[dict[str, Estimate], list[str]]:
    """How much of what was planted the audit finds in the untouched exports.

    Returns
    -------
    dict
        Place to sensitivity, and ``all``. Its interval takes items for independent, while a rule
        that misses one tends to miss it in every file: read it as too narrow.
    list of str
        What it missed: file and item.
    """
    hits, missed = {place: [0, 0] for place in PLACES}, []
    for export in archive.exports():
        found = audit(export.data()).left
        seen = {item.tag or item.place for item in found}
        for item in identifying(export):
            hit = (item.tag or item.place) in seen
            hits[item.place][0] += hit
            hits[item.place][1] += 1
            if not hit:
                where = "text in the picture" if item.place == "pixels" else item.keyword
                missed.append(f"{export.name}: {where}; the film is {len(export.text)} pixels wide")
    out = {place: _share(*hits[place], f"sensitivity, {place}") for place in PLACES}
    total = [sum(part) for part in zip(*hits.values(), strict=True)]
    return {**out, "all": _share(*total, "sensitivity, all places")}, missed


def losses() -> pd.DataFrame:
    """What each way keeps of what research needs, on four films of one patient's two exams.

    Returns
    -------
    DataFrame
        One row per way: useful fields that survived, and whether patient, studies and interval
        can still be told.
    """
    import pandas as pd

    films = archive.four_films()
    rows = {}
    for name, clean in methods().items():
        before = [film.data() for film in films]
        after = [clean(data) for data in before]
        fields = [_same(a, b, word) for a, b in zip(after, before, strict=True) for word in USEFUL]
        rows[name] = {
            "useful fields": f"{sum(fields)} of {len(fields)}",
            "one patient": _yes(_one_patient(after, clean(archive.stick()[0].data()))),
            "two studies": _yes(len(_values(after, "StudyInstanceUID")) == 2),
            "days between": _days(after),
            "pixels as they were": _yes(_pixels_same(after, before)),
        }
    return pd.DataFrame(rows).T


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _one_patient(films: Sequence[Dataset], other: Dataset) -> bool:
    """Whether the films share a number that another patient's film does not carry."""
    numbers = _values(films, "PatientID")
    return len(numbers) == 1 and str(other.get("PatientID", "")) not in numbers


def _same(after: Dataset, before: Dataset, keyword: str) -> bool:
    return keyword in after and str(after[keyword].value) == str(before[keyword].value)


def _values(files: Iterable[Dataset], keyword: str) -> set[str]:
    return {str(data.get(keyword, "")) for data in files} - {""}


def _pixels_same(after: Sequence[Dataset], before: Sequence[Dataset]) -> bool:
    return all(a.PixelData == b.PixelData for a, b in zip(after, before, strict=True))


def _days(files: Sequence[Dataset]) -> str:
    from datetime import date

    found = sorted(str(data.get("StudyDate", "")) for data in files)
    if not found[0] or found[0] == "00010101":
        return "lost"
    first, last = (date(int(d[:4]), int(d[4:6]), int(d[6:])) for d in (found[0], found[-1]))
    return str((last - first).days)


def in_bytes(path: str | Path, items: Iterable[Planted]) -> list[Planted]:
    """The planted items whose letters still stand anywhere in a file's bytes.

    Uses no DICOM library at all: text in a header that is not compressed lies in the file as it is
    read.
    """
    raw = Path(path).read_bytes()
    return [
        item for item in items if item.keyword not in QUASI and item.value.encode("latin-1") in raw
    ]


def exam_list(exams: int = EXAMS) -> pd.DataFrame:
    """One exam each of `exams` invented adults within a year, without any name.

    Returns
    -------
    DataFrame
        ``age`` (years), ``sex``, ``view``, ``month`` (1 to 12); and the coarser ``age_band``
        (tens of years) and ``quarter``.
    """
    import pandas as pd

    rng = np.random.default_rng(FIRST_PATIENT)
    rows = []
    for seed in range(FIRST_PATIENT, FIRST_PATIENT + exams):
        patient = simulator.Patient.sample(seed)
        exam = simulator.Exam.sample(patient, seed)
        month = int(rng.integers(1, MONTHS + 1))
        rows.append((int(patient.age), patient.sex, exam.view, month))
    table = pd.DataFrame(rows, columns=["age", "sex", "view", "month"])
    tens = table["age"] // 10 * 10
    return table.assign(age_band=tens.astype(str) + "s", quarter=(table["month"] + 2) // 3)


def alone(table: pd.DataFrame, columns: Sequence[str]) -> Estimate:
    """Share of the records that nobody else in the list shares these columns with.

    Parameters
    ----------
    table : DataFrame
        One row per record.
    columns : sequence of str

    Returns
    -------
    Estimate
        With Wilson's interval; n counts records.
    """
    crowd = table.groupby(list(columns))[columns[0]].transform("size")
    found = metrics.share(int((crowd == 1).sum()), len(table), "stand alone")
    return replace(found, by="records")
