"""From a folder and a table of labels to a cohort of one's own, step by step."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from readingroom.data import bars, home, intake, labels, own, people, recognised, split
from readingroom.data.errors import DataError
from readingroom.data.intake import Report
from readingroom.data.registry import listing

if TYPE_CHECKING:
    import pandas as pd


def add(
    folder: Path | str,
    labels_csv: Path | str | None = None,
    name: str | None = None,
    *,
    file_column: str | None = None,
    label_column: str | None = None,
    positive: str | None = None,
    resplit: bool = False,
    replace: bool = False,
    report: Report | None = None,
    progress: bool = True,
) -> Report:
    """Make a folder of films a cohort; the folder is read, never written to.

    Parameters
    ----------
    folder : path
        Holds PNG, JPEG or DICOM files, at any depth.
    labels_csv : path or None
        One row per film. None reads the labels from one folder per class, or from the file
        names of the Shenzhen and Montgomery sets.
    name : str or None
        What the cohort is called from now on; None makes one from the folder's name.
    file_column, label_column : str or None
        Columns of the table whose names are not the usual ones.
    positive : str or None
        The word that is label 1, where it is not plain.
    resplit : bool
        Split anew by patient even where the table has a split.
    replace : bool
        Take the place of an own cohort of the same name.
    report : Report or None
        Filled as things are found, so that it can be shown even if no cohort comes of it.
    progress : bool
        Draw a progress bar.

    Returns
    -------
    Report
        What was found and what is wrong with it.

    Raises
    ------
    DataError
        If no cohort can be made, in one sentence.
    """
    import numpy as np

    report = report if report is not None else Report()
    folder = _folder(folder)
    # A set that the learner downloads may take its own name from the registry.
    taken = [entry.name for entry in listing() if entry.layout != "learner"]
    name = own.free_name(name, folder, taken, replace)
    listed = intake.files(folder, report)
    if not listed:
        raise DataError(
            f"There is no PNG, JPEG or DICOM file in {folder}{report.instead()}; is it the right "
            "folder?"
        )
    table, column = _rows(folder, listed, labels_csv, file_column, label_column, report)
    table = intake.matched(table, listed, report)
    for path in sorted(set(listed) - set(table["path"])):
        report.add("no label", path)
    if table.empty:
        raise DataError(
            f"None of the {len(listed):,} films is named in the table; its column "
            "of file names must hold names such as "
            f"{listed[0]!r}."
        )
    table, label_name = _labelled(table, column, positive, report)
    table = _looked_at(folder, table, report, progress)
    table = _known(table, report)
    _sites(table, label_name, report)
    table["split"] = _split(table, resplit, report)
    own.enough(table, label_name)
    columns = ["file", "split", "label", *_OPTIONAL, "sha256"]
    kept = table.assign(file=table["path"])
    kept = kept[[column for column in columns if column in kept]]
    own.keep(name, folder, kept, label_name, report, np.stack(list(table["small"])))
    report.name = name
    report.found["films"] = len(kept)
    return report


_OPTIONAL = ("patient", "view", "sex", "age", "site", "score", "mask")


def _folder(folder: Path | str) -> Path:
    folder = Path(folder).expanduser()
    try:
        is_folder, folder = folder.is_dir(), folder.resolve()
    except (OSError, RuntimeError):  # a loop of links
        is_folder = False
    if not is_folder:
        raise DataError(f"{folder} is not a folder; give the folder that holds the films.")
    if home.home().resolve().is_relative_to(folder):
        raise DataError(
            f"{folder} holds the course's own data ({home.home()}); set READINGROOM_HOME to "
            "another place or name a smaller folder, since the films' folder is never written to."
        )
    return folder


def _rows(
    folder: Path,
    listed: list[str],
    labels_csv: Path | str | None,
    file_column: str | None,
    label_column: str | None,
    report: Any,
) -> tuple:
    """Return the rows of labels and what the column of labels is called."""
    if labels_csv is None:
        table = recognised.rows(folder, listed)
        if table is None:
            raise DataError(
                f"Nothing in {folder} says which film has which label; give a table with --labels, "
                "or sort the films into one folder per class."
            )
        return table, "label"
    read = labels.read(Path(labels_csv).expanduser(), file_column, label_column)
    for where, detail in read.remarks:
        report.add("table", where, detail)
    report.notes.append(_columns(read))
    return read.rows, read.source["label"]


def _columns(read: labels.LabelTable) -> str:
    """Which columns of the table were used for what, and which were not."""
    used = ", ".join(f"{ours} is {title!r}" for ours, title in read.source.items())
    rest = ", ".join(map(repr, read.unused[:8])) + " and more" * (len(read.unused) > 8)
    return f"columns: {used}; not used: {rest or 'none'}"


def _labelled(
    table: pd.DataFrame, column: str, positive: str | None, report: Report
) -> tuple[pd.DataFrame, str]:
    """Turn the words of the label column into 0 and 1; rows without a label are left out."""
    meant = labels.meaning(list(table["label"]), column, positive)
    report.notes += meant.said()
    if meant.doubtful:
        words = Counter(" ".join(w.split()) for w in table["label"] if w in meant.doubtful)
        said = ", ".join(f"{word!r} {count:,}" for word, count in words.most_common())
        report.notes.append(f"neither, and left out: {said}")
    for row in table.itertuples():
        if not row.label.strip():
            report.add("label missing", row.path)
        elif row.label in meant.doubtful:
            report.add("label uncertain", row.path, repr(row.label))
        elif row.label in meant.typos:
            report.add("label typo", row.path, f"{row.label!r}, near {meant.typos[row.label]!r}")
    table = table[table["label"].isin(meant.label)].reset_index(drop=True)
    return table.assign(label=table["label"].map(meant.label).astype("int64")), meant.name


def _looked_at(folder: Path, table: pd.DataFrame, report: Report, progress: bool) -> pd.DataFrame:
    """Read every film, leave out what cannot be used, and add what the files say."""
    import pandas as pd

    with bars.counting("Looking at films", progress) as seen:
        looked = intake.look(folder, list(table["path"]), report, seen)
    table = table[table["path"].isin(looked)].reset_index(drop=True)
    saw = [looked[path] for path in table["path"]]
    table = table.assign(
        sha256=[s.sha256 for s in saw],
        pixels=[s.pixels for s in saw],
        small=pd.Series([s.small for s in saw], index=table.index, dtype=object),
    )
    facts = pd.DataFrame([one.facts for one in saw], index=table.index)
    table = _people(table, facts, report)
    table = intake.without_copies(table, report)
    facts = pd.DataFrame([looked[path].facts for path in table["path"]], index=table.index)
    facts = facts.drop(columns=["patient", "born", "issuer"], errors="ignore")
    understood, remarks = labels.tidy(table)
    for where, detail in remarks:
        report.add("not understood", where, detail)
    for column in facts:
        if column in understood:
            _disagreeing(table["path"], column, understood[column], facts[column], report)
            understood[column] = understood[column].where(understood[column].notna(), facts[column])
        else:
            understood[column] = facts[column]
    table = table.drop(columns=[c for c in understood if c in table]).join(understood)
    return table


def _people(table: pd.DataFrame, facts: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Join the patients of table, headers and file names; without any there is no column."""
    blank = [""] * len(table)
    named = list(table["patient"]) if "patient" in table else blank
    numbers = list(facts["patient"].fillna("")) if "patient" in facts else blank
    files = [recognised.patient(path) for path in table["path"]]
    if many := _shared(facts):
        report.add("number of two people", f"{many} numbers in the headers")
    names, rows = people.joined(named, numbers, files, list(table["pixels"]))
    for kind, where, detail in rows:
        report.add(kind, where, detail)
    told = [
        k
        for k, file in enumerate(files)
        if file and not file.isdigit() and not named[k].strip() and not numbers[k]
    ]  # NIH's numbers are plain; a folder called patient00001 is read so, and that is said
    if told:
        report.add("patient from the path", f"{len(told):,} films", f"such as {files[told[0]]}")
    if not any(names):
        return table.drop(columns="patient", errors="ignore")
    return table.assign(patient=names)


def _shared(facts: pd.DataFrame) -> int:
    """How many numbers of the headers stand with two birth dates, two issuers or two sexes."""
    if "patient" not in facts:
        return 0
    said = [column for column in ("born", "issuer", "sex") if column in facts]
    kinds = facts.groupby("patient")[said].nunique()
    return int((kinds > 1).any(axis=1).sum())


def _disagreeing(
    paths: pd.Series, column: str, ours: pd.Series, theirs: pd.Series, report: Report
) -> None:
    """Note films of which the table says one thing and the header another."""
    both = ours.notna() & theirs.notna()
    for path, one, other in zip(paths[both], ours[both], theirs[both], strict=True):
        apart = abs(one - other) > 1.5 if column == "age" else one != other
        if apart:
            report.add("table and header disagree", path, f"{column} {one} and {other}")


def _known(table: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Note what the columns tell: mixed views, laterals."""
    if "view" in table:
        counts = table["view"].value_counts()
        if len(counts) > 1:
            report.add("mixed views", ", ".join(f"{n} {view}" for view, n in counts.items()))
    if "mask" in table:
        table = table.assign(mask=table["mask"].where(table["mask"] != ""))
    return table


def _sites(table: pd.DataFrame, label_name: str, report: Report) -> None:
    """Note hospitals of which every film carries the same label, where there are several."""
    if "site" not in table or table["site"].nunique() < 2:
        return
    for site, labels_there in table.groupby("site")["label"]:
        if labels_there.nunique() == 1:
            kind = label_name if labels_there.iloc[0] else f"not {label_name}"
            report.add("site equals class", str(site), f"{len(labels_there):,} films, all {kind!r}")


def _split(table: pd.DataFrame, resplit: bool, report: Report) -> pd.Series:
    """Return the table's own split where it has one, else one by patient."""
    import pandas as pd

    patients = table.get("patient", pd.Series(None, table.index, dtype=object))
    if "split" in table and not resplit:
        given = table["split"]
        if given.notna().all() and set(given) == set(own.SPLITS):
            for patient in split.straddling(patients, given):
                parts = sorted(set(given[patients == patient]))
                report.add("patients in two splits", f"patient {patient}", ", ".join(parts))
            return given
        report.add(
            "table",
            "split",
            "does not name train, val and test for every film; split anew by patient",
        )
    return split.by_patient(patients, table["label"])
