"""A datasheet for a set of films: what can be counted is counted, the rest is asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from readingroom import files
from readingroom.data.cohort import SAID, SPLITS, Cohort
from readingroom.data.defects import left_out
from readingroom.data.split import straddling

OPEN = "(not answered yet)"


def datasheet(path: str | Path, cohort: Cohort, answers: Mapping[str, str]) -> str:
    """Write one page about a cohort and return it.

    Parameters
    ----------
    path : str or Path
        Where to write it, as Markdown.
    cohort : Cohort
    answers : mapping of str to str
        Question to answer, in the author's words; an empty answer stays visible as open.

    Returns
    -------
    str
        The page. It follows the questions of Gebru et al. 2021, cut to what fits.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    table = cohort.table
    lines = [f"# Datasheet: {cohort.name}", "", f"**{cohort.banner()}**", "", "## Counted", ""]
    lines += [f"- {line}" for line in _counted(cohort)]
    missing = [c for c in ("patient", "age", "sex", "view") if c not in table]
    if missing:
        lines.append(f"- not known of any film: {', '.join(missing)}")
    lines += ["", "## Answered by you", ""]
    for question, answer in answers.items():
        lines.append(f"- {question} {str(answer).strip() or OPEN}")
    left = sum(not str(answer).strip() for answer in answers.values())
    lines += ["", f"{left} of {len(answers)} questions are open."]
    page = "\n".join(lines) + "\n"
    files.give(Path(path), page)
    return page


def _counted(cohort: Cohort) -> list[str]:
    """What the table says by itself."""
    table = cohort.table
    lines = [f"{len(table):,} films; label 1 means {cohort.label_name}"]
    for part in SPLITS:
        rows = table[table["split"] == part]
        if len(rows):
            lines.append(
                f"{SAID[part]}: {len(rows):,} films, {int(rows['label'].sum()):,} labelled 1"
            )
    if "patient" in table:
        torn = len(straddling(table["patient"], table["split"]))
        lines.append(
            f"{table['patient'].nunique():,} patients, {torn} of them in more than one part"
        )
    for column in ("age", "sex", "view"):
        if column in table:
            lines.append(f"{column} missing: {int(table[column].isna().sum())}")
    if "age" in table and table["age"].notna().any():
        lines.append(f"age from {table['age'].min():g} to {table['age'].max():g} years")
    same = len(cohort.images) - len({film.tobytes() for film in cohort.images})
    lines.append(f"films that equal an earlier one at this size: {same}")
    if cohort.source == "own":
        out = left_out(cohort.name)
        lines.append("left out when the folder was added: " + ("; ".join(out) or "nothing"))
    return lines
