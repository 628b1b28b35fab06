"""The audit: what of a patient's identity a file still holds, and whether it says that it is clean.

It reads the original as well, as whoever releases a file can: only so can a shifted date be told
from an untouched one. It trusts no statement in the file; the three statements are counted apart.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path

from pydicom.dataset import Dataset

from readingroom.data import identity, letters
from readingroom.data.identity import Item, name_of, tag_of, text_of
from readingroom.dicom import around, phi, wording
from readingroom.dicom.reading import read

PLACES = ("header", "free text", "private", "pixels", "file name")
# DICOM PS3.15 E.1.1, PS3.3 C.12.1.1.1 and C.7.6.1: what a cleaned file has to say of itself.
CAPITALS = "in capitals"
STATEMENTS = {
    "PatientIdentityRemoved": ("YES",),
    "LongitudinalTemporalInformationModified": ("MODIFIED", "REMOVED"),
    "BurnedInAnnotation": ("NO",),
}


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    Attributes
    ----------
    left : tuple of Item
        Each place that still identifies.
    unsaid : tuple of str
        Statements that the file does not make.
    unseen : tuple of str
        Pictures that could not be looked at, and why; nothing is known about them.
    """

    left: tuple[Item, ...]
    unsaid: tuple[str, ...]
    unseen: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many places still identify, or hold a picture that nobody could look at.

        So 0 means that everything was looked at and nothing was found.
        """
        return len(self.left) + len(self.unseen)

    def by_place(self) -> dict[str, int | str]:
        """How many in each of the five places; for pixels nobody could look at, a sentence."""
        counts: dict[str, int | str] = {
            place: sum(item.place == place for item in self.left) for place in PLACES
        }
        if self.unseen and not counts["pixels"]:
            counts["pixels"] = self.not_looked_at
        return counts

    @property
    def not_looked_at(self) -> str:
        """What could not be looked at and why, in a sentence; empty where everything was."""
        return f"not looked at: {'; '.join(self.unseen)}" if self.unseen else ""

    def __str__(self) -> str:
        counts = ", ".join(f"{place} {count}" for place, count in self.by_place().items())
        if self.unseen and isinstance(self.by_place()["pixels"], int):
            counts += f"; {self.not_looked_at}"
        said = len(STATEMENTS) - len(self.unsaid)
        missing = f"; missing: {', '.join(self.unsaid)}" if self.unsaid else ""
        return (
            f"still identifying: {len(self.left)} ({counts})\n"
            f"the file says so: {said} of {len(STATEMENTS)} statements{missing}"
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(part)}</td>" for part in row) + "</tr>"
            for row in ((i.place, i.name, i.tag, i.value[:60]) for i in self.left)
        )
        lines = html.escape(str(self)).replace("\n", "<br>")
        if not rows:
            return f"<p>{lines}</p>"
        head = "<tr><th>place</th><th>element</th><th>number</th><th>still there</th></tr>"
        return f"<p>{lines}</p><table>{head}{rows}</table>"


def audit(file: str | Path | Dataset, original: str | Path | Dataset | None = None) -> Audit:
    """Search a file for everything that still identifies its patient.

    Parameters
    ----------
    file : path or Dataset
        The file to be released.
    original : path or Dataset, optional
        What it was made from. Without it every name, number, date and UID counts as left, since
        nothing tells a replaced one from an untouched one.

    Returns
    -------
    Audit

    Raises
    ------
    DataError
        A file is not there or is no DICOM file.

    Notes
    -----
    An audit that finds nothing proves nothing: it knows five places and the words of the original.
    """
    after = read(file) if isinstance(file, (str, Path)) else file
    before = after if original is None else original
    before = read(before) if isinstance(before, (str, Path)) else before
    words = wording.secrets(identity.in_header(before))
    pictured, unseen = letters.in_pixels(after)
    left = [*_header(after, before, words), *pictured, *_around(after, words)]
    left += _file_name(after, words)
    return Audit(tuple(left), unsaid(after), tuple(unseen))


def unsaid(data: Dataset) -> tuple[str, ...]:
    """The statements of a cleaned file that this one does not make.

    They are code strings, which hold capitals only (PS3.5, 6.2): "Yes" states nothing.
    """
    missing = []
    for keyword, values in STATEMENTS.items():
        value = str(data.get(keyword, "")).strip()
        if value in values:
            continue
        small = value.upper() in values
        missing.append(f'{keyword} ("{value.upper()}", {CAPITALS})' if small else keyword)
    return tuple(missing)


def _header(after: Dataset, before: Dataset, words: wording.Secrets) -> list[Item]:
    """Elements that hold what the original held, or a word of it; private ones in any case."""
    suspected = {(item.tag, item.value): item for item in identity.in_header(after)}
    was = {(item.tag, item.value) for item in identity.in_header(before)}
    found = []
    for element in identity.whole(after):
        key = (tag_of(element), text_of(element))
        item = suspected.get(key)
        if item is not None and (item.kind in ("private", "age") or key in was):
            found.append(item)
        elif _holds(key[1], words):
            found.append(item or Item("header", name_of(element), key[0], key[1], "number"))
    return found


def _holds(value: str, words: wording.Secrets) -> bool:
    """Whether a value contains a secret."""
    standard = value.startswith(identity.STANDARD_UIDS)
    return identity.filled(value) and not standard and wording.holds(value, words)


def _around(after: Dataset, words: wording.Secrets) -> list[Item]:
    """Words of the original that stand beside the pixels, where no viewer and no header shows them.

    What programs write of themselves there is no finding.
    """
    return [
        Item("pixels" if around.PIXELS in name else "header", name, "", text, "text")
        for name, text in around.texts(after)
        if _holds(text, words)
    ]


def _file_name(after: Dataset, words: wording.Secrets) -> list[Item]:
    name = phi.file_name(after)
    told = wording.in_file_name(name, words)
    return [Item("file name", "file name", "", name, "name")] if told else []
