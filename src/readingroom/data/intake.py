"""Going through a learner's folder: every file looked at, every oddity a row, nothing written."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from readingroom.data import films, otherkinds, privacy
from readingroom.data.spelling import as_seen
from readingroom.files import sha256

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SMALL = 64  # pixels

# What can be wrong, and what the learner should do about it.
ADVICE = {
    "unreadable": "left out; export the film again",
    "no film": "the table names a file that is not in the folder; left out",
    "no mask": "the table names an outline that is not in the folder; the film has none",
    "ambiguous": "several files have this name; give the path from the folder in the table",
    "other kind": "not read; export it as PNG, JPEG or DICOM",
    "hidden": "the name begins with a dot, so it was not looked at; rename the file or its folder",
    "no label": "left out; add a row to the table",
    "label missing": "the row has no label; left out",
    "label uncertain": "neither 1 nor 0; left out",
    "label typo": "left out; correct the label in the table",
    "doubled row": "the first row counts",
    "two labels": "the same film with two labels; left out until one is right",
    "duplicated": "the same film again; the first counts",
    "not understood": "treated as not known",
    "table": "this line of the table was not used as written",
    "link": "a link to a folder; its films were not looked at",
    "mixed views": "compare like with like; lesson 06 shows why",
    "identity in header": "de-identify before you share these files; nothing leaves this machine",
    "burned-in text": "suspected; look at these and at the others, since plates and single letters "
    "escape the search; letters can name a patient or give the answer away",
    "site equals class": "a network may read the hospital instead of the disease; see lesson 06",
    "oddity": "look at these films",
    "patient missing": "each of these counts as a patient of its own; fill the column, or films of "
    "one patient may lie in two parts",
    "patient from the path": "folders or file names say who it is; a column patient is surer",
    "patients joined": "two names for one patient; counted as one person",
    "patient number not used": "a number in the headers stands for many patients of the table",
    "number of two people": "one number with two birth dates, sexes or issuers; counted as one "
    "person, so look who they are and give the table a column patient",
    "table and header disagree": "the table counts",
    "patients in two splits": "results on the test part will be too good; --resplit repairs it",
}


TOO_SMALL = "below 200 pixels letters cannot be told from anatomy; look at these films"
# Kinds that cost the film.
LEFT_OUT = (
    *("unreadable", "ambiguous", "other kind", "hidden", "no label", "label missing"),
    *("label uncertain", "label typo", "two labels", "duplicated"),
)


@dataclass
class Report:
    """What was found in a folder, and what is wrong with it.

    Attributes
    ----------
    name : str
        The cohort's name; empty where none could be made.
    found : dict
        Counts: ``files``, ``films`` (usable), ``other``.
    rows : list of dict
        ``kind`` (a key of `ADVICE`), ``where`` and ``detail``.
    notes : list of str
        What was understood, for the reader to compare: which words are label 1 and which 0.
    passed : dict
        Files that were passed over, by path, and what they are.
    searched : dict
        Films searched for burned-in text (``large``), and films too small for it (``small``).
    """

    name: str = ""
    found: dict = field(default_factory=dict)
    rows: list[dict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    passed: dict[str, str] = field(default_factory=dict)
    searched: dict[str, int] = field(default_factory=dict)

    def instead(self) -> str:
        """Return what a folder holds in place of films, to be put behind its name."""
        kinds = Counter(what for what in self.passed.values() if what)
        shown = ", ".join(f"{count:,} {what}" for what, count in kinds.most_common(3))
        return f" (it holds {shown})" if shown else ""

    def passed_over(self, examples: int = 3) -> str:
        """Return how many files were passed over, the first few by name."""
        names = sorted(self.passed)
        more = f" and {len(names) - examples:,} more" if len(names) > examples else ""
        shown = f" ({', '.join(names[:examples])}{more})" if names else ""
        return f"{len(names):,} others passed over{shown}"

    def add(self, kind: str, where: str, detail: str = "") -> None:
        """Note one thing."""
        self.rows.append({"kind": kind, "where": str(where), "detail": detail})

    def counts(self) -> dict[str, int]:
        """Return how often each kind occurred, in the order of `ADVICE`."""
        seen = Counter(row["kind"] for row in self.rows)
        return {kind: seen[kind] for kind in ADVICE if seen[kind]}

    def kinds(self) -> list[tuple[str, str, str]]:
        """Return each kind that occurred, how often (of how many, where it was searched for), and
        what to do."""
        searched = self.searched.get("large", 0)
        of = {"burned-in text": f"at least {{}} of {searched:,} films searched"}
        kinds = [
            (kind, of.get(kind, "{}").format(f"{count:,}"), ADVICE[kind])
            for kind, count in self.counts().items()
        ]
        if small := self.searched.get("small", 0):
            kinds.append(("text not searched for", f"{small:,} films", TOO_SMALL))
        return kinds

    def left_out(self) -> list[str]:
        """Return how many films of the folder were left out for which reason, one line each."""
        lines = []
        for kind, count in self.counts().items():
            if kind in LEFT_OUT:
                rows = [row["detail"] for row in self.rows if row["kind"] == kind]
                words = Counter(rows).most_common() if kind == "label uncertain" else []
                said = ", ".join(f"{word} {n:,}" for word, n in words)
                lines.append(f"{kind}: {count:,}" + (f" ({said})" if said else ""))
        return lines

    def said(self, examples: int = 3) -> str:
        """Return the report as lines to read: each kind once, with the first few places."""
        lines = []
        for kind, many, advice in self.kinds():
            rows = [row for row in self.rows if row["kind"] == kind]
            count = len(rows)
            lines.append(f"{kind} ({many}): {advice}")
            for row in rows[:examples]:
                detail = f": {row['detail']}" if row["detail"] else ""
                lines.append(f"    {row['where']}{detail}")
            if count > examples:
                lines.append(f"    and {count - examples:,} more")
        return "\n".join(lines) or "nothing is wrong that could be seen"


def files(folder: Path, report: Report) -> list[str]:
    """Return every file that may be a film, as paths from the folder with ``/``, sorted.

    What a file is, its first bytes say, whatever its ending. Links to folders are not followed, so
    a loop of links ends; hidden files are passed over.
    """
    found: list[str] = []

    def refused(problem: OSError) -> None:
        where = os.path.relpath(problem.filename or folder, folder)
        report.add("unreadable", where, f"folder cannot be opened ({problem.strerror})")

    for here, inner, names in os.walk(folder, onerror=refused):
        for name in sorted(inner):
            if (Path(here) / name).is_symlink():
                report.add("link", (Path(here) / name).relative_to(folder).as_posix())
        inner[:] = sorted(inner)
        for name in sorted(names):
            path = Path(here) / name
            written = path.relative_to(folder).as_posix()
            if "/." in f"/{written}":
                _hidden(path, written, report)
            elif _may_be_film(path):
                found.append(written)
            else:
                report.passed[written] = otherkinds.called(path)
    for written, what in report.passed.items():
        if what == otherkinds.HIDDEN:
            report.add("hidden", written)
        elif what in otherkinds.PICTURES or written.lower().endswith(films.ENDINGS):
            report.add("other kind", written, what)
    report.found |= {"files": len(found), "other": len(report.passed)}
    return found


def _hidden(path: Path, written: str, report: Report) -> None:
    """Note a file that its system hides: a film is told, and so is one that a cloud still holds."""
    if path.name.startswith(".") and path.suffix == ".icloud":
        real = path.with_name(path.name[1:].removesuffix(path.suffix))
        if not real.exists():
            report.passed[written.removesuffix(path.name) + real.name] = otherkinds.NOT_FETCHED
        return
    if _may_be_film(path):
        report.passed[written] = otherkinds.HIDDEN
    elif "/." not in f"/{written}".removesuffix(f"/{path.name}"):  # what git keeps is nobody's
        report.passed[written] = otherkinds.called(path)


def _may_be_film(path: Path) -> bool:
    """Say whether a file is worth opening: by its first bytes; by its ending if those are odd."""
    named = path.suffix.lower() in films.ENDINGS
    if otherkinds.is_device(path):
        return False
    try:
        return films.kind(path) is not None or (named and not otherkinds.called(path))
    except films.Unreadable:  # an empty or locked film has to be told, any other file has not
        return named


# Endings of one kind: a table says .jpeg where the file says .jpg.
ALIKE = ({".jpg", ".jpeg", ".jpe", ".jfif"}, {".dcm", ".dicom", ".dic"})


def _same(name: str) -> str:
    """A path as it is compared, part by part; blanks at the ends of a part are nobody's."""
    return "/".join(as_seen(part) for part in name.split("/"))


def _by_name(listed: Iterable[str]) -> dict[str, set[str]]:
    """From every way in which a table may name a file to the files it may mean."""
    from pathlib import PurePosixPath

    found: dict[str, set[str]] = defaultdict(set)
    for path in listed:
        pure = PurePosixPath(_same(path))
        # "1.2.840.99" ends in ".99", which is no ending of a film.
        ending = pure.suffix in films.ENDINGS or re.fullmatch(r"\.[a-z][a-z0-9]{1,5}", pure.suffix)
        stem = pure.stem if ending else pure.name
        names = {pure.name, stem}
        names |= {stem + other for group in ALIKE if pure.suffix in group for other in group}
        for name in names | {str(pure.with_name(name)) for name in names if name.strip(".")}:
            found[name].add(path)
    return found


def _meant(text: str, exact: set[str], by_name: dict[str, set[str]]) -> set[str]:
    """The files that a row of the table may name."""
    written = text.replace("\\", "/").removeprefix("./")
    if written in exact:
        return {written}
    # The table may hold paths of the machine it was made on: the longest end that is here counts.
    # Programs for labels write addresses, with %20 for a blank.
    for path in dict.fromkeys((written, unquote(written))):
        parts = _same(path).split("/")
        ends = ("/".join(parts[k:]) for k in range(len(parts)))
        if found := next((by_name[end] for end in ends if end in by_name), None):
            return found
    return set()


def matched(table: pd.DataFrame, listed: list[str], report: Report) -> pd.DataFrame:
    """Return the rows whose film is in the folder, with its path in ``path``.

    A row names a film by its path from the folder, its file name, or its name without ending;
    small and capital letters count as the same where that is unambiguous, and so do an umlaut in
    one sign and in two. Masks are found in the same way.
    """
    by_name, passed = _by_name(listed), _by_name(report.passed)
    exact = set(listed)
    told = {row["where"] for row in report.rows}  # another kind and a hidden film have their row
    paths = []
    for text, line in zip(table["file"], table["line"], strict=True):
        named = text.replace("\\", "/").removeprefix("./")
        # "a" is the file a that cannot be read, before it is a.png
        candidates = set() if named in report.passed else _meant(text, exact, by_name)
        if len(candidates) != 1:
            there = _meant(text, set(report.passed), passed) if not candidates else set()
            kind = "ambiguous" if candidates else "other kind" if there else "no film"
            if not there & told:
                what = next((report.passed[path] for path in there if report.passed[path]), "")
                report.add(kind, text or f"line {line}", what or f"line {line} of the table")
        paths.append(next(iter(candidates)) if len(candidates) == 1 else None)
    if "mask" in table:
        masks = [_mask(text, exact, by_name, report) for text in table["mask"]]
        table = table.assign(mask=masks)
    table = table.assign(path=paths)
    table = table[table["path"].notna()]
    table = _one_row_each(table, report)
    return table.reset_index(drop=True)


def _mask(text: str, exact: set[str], by_name: dict[str, set[str]], report: Report) -> str:
    """The path of an outline; one that is not there is told now, not at the first lesson."""
    found = _meant(text, exact, by_name) if text else set()
    if text and len(found) != 1:
        report.add("no mask", text)
    return next(iter(found)) if len(found) == 1 else ""


def _one_row_each(table: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Keep the first of several rows for a film, unless they have different labels."""
    doubled = table["path"].duplicated()
    plain = table["label"].map(lambda word: " ".join(_same(str(word)).split()))
    plain = plain.where(plain != "")  # an empty cell is no second label
    torn = plain.groupby(table["path"]).transform("nunique") > 1
    for row in table[torn].itertuples():
        report.add("two labels", row.path, f"labelled {row.label} in line {row.line}")
    for row in table[doubled & ~torn].itertuples():
        report.add("doubled row", row.path, f"line {row.line} of the table")
    return table[~doubled & ~torn]


@dataclass
class Seen:
    """What one film's file says.

    Attributes
    ----------
    sha256, pixels : str
        Hashes of the file and of the picture in it.
    facts : dict
        As `films.Film`.
    small : numpy.ndarray
        uint8, shape (64, 64): the size lesson 03 trains on, kept so that a film is read once.
    """

    sha256: str
    pixels: str
    facts: dict
    small: np.ndarray


def look(
    folder: Path,
    paths: list[str],
    report: Report,
    seen: Callable[[int, int], None] | None = None,
) -> dict[str, Seen]:
    """Read every film once and note what is wrong with it.

    Returns
    -------
    dict
        From each readable path to what its file says; the others are rows of the report.
    """
    looked: dict[str, Seen] = {}
    known: dict[str, Seen] = {}  # by hash of the file: a copy is not decoded again
    for k, path in enumerate(paths):
        try:
            digest = file_hash(folder / path)
            if digest not in known:
                known[digest] = _film(folder, path, digest, report)
            looked[path] = known[digest]
        except films.Unreadable as problem:
            report.add("unreadable", path, str(problem))
        if seen:
            seen(k + 1, len(paths))
    return looked


def file_hash(path: Path) -> str:
    """Return the sha256 (hex) of a file.

    Raises
    ------
    films.Unreadable
        If it cannot be opened.
    """
    try:
        return sha256(path)
    except OSError as problem:
        reason = f"cannot be opened ({problem.strerror or 'broken link'})"
        raise films.Unreadable(reason) from None


def _film(folder: Path, path: str, digest: str, report: Report) -> Seen:
    film = films.read(folder / path)
    if film.identifying:
        report.add("identity in header", path, ", ".join(film.identifying))
    if min(film.pixels.shape) < privacy.SMALLEST:
        report.searched["small"] = report.searched.get("small", 0) + 1
    else:
        report.searched["large"] = report.searched.get("large", 0) + 1
        burned, unseen = film.lettered()
        if burned:
            report.add("burned-in text", path)
        for what in unseen:
            report.add("oddity", path, f"letters not looked for: {what}")
    for remark in film.remarks:
        report.add("oddity", path, remark)
    if film.pixels.min() == film.pixels.max():
        report.add("oddity", path, "blank")
    pixels = hashlib.sha256(repr(film.pixels.shape).encode() + film.pixels.tobytes()).hexdigest()
    return Seen(digest, pixels, film.facts, films.squared(film.pixels, SMALL))


def without_copies(table: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Keep one of each film; the same picture with two labels is left out altogether.

    Parameters
    ----------
    table : pandas.DataFrame
        With ``path``, ``label`` and ``pixels`` (a hash of the picture).
    """
    labels = table.groupby("pixels")["label"].transform("nunique")
    for row in table[labels > 1].itertuples():
        report.add("two labels", row.path, f"labelled {row.label} here")
    table = table[labels == 1]
    first = table.groupby("pixels")["path"].transform("first")
    for path, original in zip(table["path"], first, strict=True):
        if path != original:
            report.add("duplicated", path, f"same picture as {original}")
    return table[table["path"] == first].reset_index(drop=True)
