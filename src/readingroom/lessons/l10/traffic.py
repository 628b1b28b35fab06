"""A study that travels: the film, what the program may read, and five reports for one film."""

from __future__ import annotations

import copy
import html
import re
from collections.abc import Iterable
from functools import cache

from IPython.display import display
from pydicom.dataset import Dataset

from readingroom import node
from readingroom.data.gate import CHEST, Verdict, gate
from readingroom.data.greys import picture
from readingroom.node import opened, uids
from readingroom.node.study import SIMULATED, Study
from readingroom.reader.reading import Reading, read_film
from readingroom.show.tables import table

SEED, SIZE, SMALL = 3, 512, 64
NETWORKS = "simulated-128"
ANOTHER = 4  # seed of the patient whose number a faulty report bears
VERSION_CODE = "111003"
RIGHT = "D"
# what is planted in each of the other four
FAULTY = {"A": "study", "B": "patient", "C": "series", "E": "version"}
LETTERS = sorted([RIGHT, *FAULTY])
SHOWN = 6  # last digits of a UID that a table shows


@cache
def study(size: int = SIZE) -> Study:
    """The study that travels: one simulated film of an adult with a consolidation."""
    return node.study.simulated(SEED, ("consolidation",), size=size)


def may_read(film: Dataset) -> Verdict:
    """What the input check says of a film, before any program sees it."""
    return gate(film, CHEST)


def predict(film: Dataset) -> Reading:
    """What the program says of a film."""
    return read_film(picture(film), NETWORKS)


def turned(film: Dataset) -> Dataset:
    """The same film, sent inverted: air bright."""
    made = node.study.plain(255 - picture(film), seed=SEED, view="PA")
    made.Manufacturer = SIMULATED
    return made


def told(log: Iterable[str]) -> None:
    """Print a node's log with the last digits of each UID."""
    for line in log:
        print(re.sub(r"\b2\.25\.\d+?(\d{6})\b", r"…\1", line))


def numbers() -> dict[str, str]:
    """The instance UID of each of the five reports; no report has to be made for that."""
    film = study(SMALL).films[0]
    made = {letter: str(uids.derived("planted", film.SOPInstanceUID, kind))
            for letter, kind in FAULTY.items()}  # fmt: skip
    return made | {RIGHT: node.instance_uid(film, NETWORKS, "SR")}


def planted(film: Dataset, report: Dataset) -> list[Dataset]:
    """Four copies of a report, each with one fault of those that real installations produce.

    Parameters
    ----------
    film, report : Dataset
        The film, and the program's report on it.
    """
    other = node.study.simulated(ANOTHER, (), size=SMALL).films[0]
    known, out = numbers(), []
    for letter, fault in FAULTY.items():
        one = copy.deepcopy(report)
        one.SOPInstanceUID = known[letter]
        one.file_meta.MediaStorageSOPInstanceUID = known[letter]
        if fault == "study":
            one.StudyInstanceUID = str(uids.derived("planted study", film.StudyInstanceUID))
        elif fault == "patient":
            for keyword in ("PatientID", "PatientName", "PatientBirthDate", "PatientSex"):
                setattr(one, keyword, other.get(keyword, ""))
        elif fault == "series":
            one.SeriesInstanceUID = film.SeriesInstanceUID
        else:
            _without_version(one)
        out.append(one)
    return out


def _without_version(report: Dataset) -> None:
    """Take every mention of the model's version out, in place."""
    if "SoftwareVersions" in report:
        del report.SoftwareVersions
    for item in [report, *opened.items(report)]:
        if "ContentSequence" in item:
            item.ContentSequence = [
                below
                for below in item.ContentSequence
                if not ("ConceptNameCodeSequence" in below and
                        below.ConceptNameCodeSequence[0].CodeValue == VERSION_CODE)
            ]  # fmt: skip


def lettered(reports: Iterable[Dataset]) -> dict[str, Dataset]:
    """Reports by their letter, A to E."""
    letter = {uid: name for name, uid in numbers().items()}
    found = {letter[str(one.SOPInstanceUID)]: one for one in reports}
    return dict(sorted(found.items()))


def compare(film: Dataset, reports: Iterable[Dataset]) -> None:
    """Show the film's header lines beside those of each report, and each report's UID below.

    Parameters
    ----------
    film : Dataset
    reports : iterable of Dataset
        As they came out of the archive.
    """
    found = lettered(reports)
    rows = [["the film", *_lines(film), ""]]
    rows += [[f"report {name}", *_lines(one), _model(one)] for name, one in found.items()]
    head = ["", "patient", "study ends in", "series ends in", "model and version"]
    table(head, rows, "A film and five reports in the archive")
    told = {name: f'sr = "{one.SOPInstanceUID}"' for name, one in found.items()}
    lines = "".join(
        f'<div style="margin:.4em 0">report {name}: <code>{html.escape(line)}</code></div>'
        for name, line in told.items()
    )
    display({"text/html": lines, "text/plain": "\n".join(told.values())}, raw=True)


def _lines(data: Dataset) -> list[str]:
    return [
        f"{data.get('PatientName', '')}, {data.get('PatientID', '')}",
        str(data.StudyInstanceUID)[-SHOWN:],
        str(data.SeriesInstanceUID)[-SHOWN:],
    ]


def _model(report: Dataset) -> str:
    version = report.get("SoftwareVersions", "")
    return f"{NETWORKS} {version}" if version else "not stated"


def why_not(film: Dataset, reports: Iterable[Dataset]) -> None:
    """Print what is wrong with each report."""
    for name, one in lettered(reports).items():
        print(f"report {name}: {' '.join(opened.faults(film, one)) or 'nothing to object to.'}")


def another_archive() -> None:
    """The same with Orthanc where it is installed: its configuration, its script, and a trip."""
    if node.orthanc.program() is None:
        print("Orthanc is not installed here; on Debian: apt-get install orthanc.")
        print("The archive in this notebook does the same.")
        return
    with node.Orthanc() as pacs:
        print("echo:", node.echo(pacs.address))
        print("store:", node.send(study().films, pacs.address))
        found = node.find(pacs.address, "STUDY", StudyInstanceUID=study().uid)
        print("find:", [one["StudyDescription"] for one in found])
        rows = [["configuration", pacs.configured], ["script", pacs.script]]
    cells = "".join(
        f'<td style="text-align:left;vertical-align:top"><b>{name}</b>'
        f'<pre style="font-size:.85em">{html.escape(text)}</pre></td>'
        for name, text in rows
    )
    markup = (
        '<div tabindex="0" role="region" aria-label="Orthanc, configured and by hand" '
        f'style="max-width:100%;overflow:auto"><table><tr>{cells}</tr></table></div>'
    )
    display({"text/html": markup, "text/plain": "\n".join(text for _, text in rows)}, raw=True)
