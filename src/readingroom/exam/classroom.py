"""A class's tests: what was gained, how large that is, and which items deserve a second look.

Read from the files that learners export; codes only, no names. An answer is judged by the key of
this version of the course, not by what the file says of itself.
"""

from __future__ import annotations

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from readingroom.assess import metrics
from readingroom.assess.metrics import WILSON_Z, Estimate
from readingroom.exam import blueprint
from readingroom.exam.scoring import COLUMNS
from readingroom.exam.sitting import OPEN, TIMES

DROP = 0.15  # the blueprint's rule: an item that discriminates less is to be dropped
FEWEST = 10  # tests below which an item's discrimination is not worked out
LARGEST = 5_000_000  # bytes of one results file; a learner's has about 5,000


class ResultsError(ValueError):
    """A file of results that cannot be used; the message names it and says why."""


@dataclass(frozen=True)
class Taken:
    """One learner's test: who by code, when, which form, and what was chosen."""

    code: str
    when: str
    form: str
    finished: str
    version: str
    answers: dict[int, str]

    def right(self, item: int) -> bool:
        """Whether an item was answered rightly."""
        return self.answers[item] == blueprint.blueprint()[item].forms[self.form].key

    def share(self, items: Iterable[int]) -> float:
        """Share of some items that were right."""
        return float(np.mean([self.right(item) for item in items]))


def _files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        # every learner's file has the same name, so a class lies in folders of its own
        found += sorted(path.rglob("*.csv")) if path.is_dir() else [path]
    if not found:
        raise ResultsError("There is no .csv file there; name the files that learners exported.")
    return found


def _table(path: Path) -> list[dict]:
    try:
        if path.stat().st_size > LARGEST:
            raise ResultsError(f"{path.name} is too large to be a learner's results.")
        text = path.read_text("utf-8-sig")
        rows = list(csv.DictReader(text.splitlines()))
    except FileNotFoundError as error:
        raise ResultsError(f"There is no file {path}.") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ResultsError(f"{path.name} cannot be read as a table.") from error
    if not rows or not set(COLUMNS) - {"right", "objective"} <= set(rows[0]):
        raise ResultsError(f"{path.name} is no file of results; export one with rr.results().")
    return rows


def _row(row: dict, path: Path) -> tuple[tuple, int, str]:
    item = str(row["item"] or "").strip()
    answer = str(row["answer"] or "").strip().upper() or OPEN
    when, form, code = (str(row[name] or "").strip() for name in ("when", "form", "code"))
    known = item.isdigit() and int(item) in blueprint.blueprint()
    letters = answer in (*blueprint.LETTERS, OPEN)
    if not (known and letters and code and when in TIMES and form in blueprint.FORMS):
        told = ", ".join(str(value or "") for value in row.values())[:80]
        raise ResultsError(f"{path.name} has a row that is no result: {told}.")
    return (code, when, form, row["finished"] or "", row["version"] or ""), int(item), answer


def read(paths: Sequence[Path], left_out: list[str] | None = None) -> list[Taken]:
    """Read the results of a class.

    Parameters
    ----------
    paths : sequence of Path
        Files, or folders of them; folders inside are looked through too.
    left_out : list of str, optional
        Takes a sentence for each file that cannot be used; without it the first one is an error.

    Returns
    -------
    list of Taken
        One for each learner and time; where a code has several, the one handed in last.

    Raises
    ------
    ResultsError
        A file is missing or holds something else, or no file is left.
    """
    answers: dict[tuple, dict[int, str]] = defaultdict(dict)
    for path in _files(paths):
        try:
            rows = [_row(row, path) for row in _table(path)]
        except ResultsError as error:
            if left_out is None:
                raise
            left_out.append(str(error))
            continue
        for test, item, answer in rows:
            answers[test][item] = answer
    if not answers:
        raise ResultsError(" ".join(["No file can be used.", *(left_out or [])]))
    latest: dict[tuple[str, str], Taken] = {}
    for test, given in sorted(answers.items(), key=lambda entry: entry[0][3]):
        taken = Taken(*test, given)  # type: ignore[call-arg]  # five texts, then the answers
        latest[taken.code, taken.when] = taken
    return sorted(latest.values(), key=lambda taken: (taken.code, TIMES.index(taken.when)))


def pairs(tests: Sequence[Taken]) -> list[tuple[str, float, float]]:
    """Code and share right before and after, of those who took both, on the items of both."""
    by = {(taken.code, taken.when): taken for taken in tests}
    out = []
    for code in dict.fromkeys(taken.code for taken in tests):
        before, after = (by.get((code, when)) for when in TIMES)
        if before and after:
            shared = sorted(set(before.answers) & set(after.answers))
            if shared:
                out.append((code, before.share(shared), after.share(shared)))
    return out


def gain(before: Sequence[float], after: Sequence[float]) -> Estimate | None:
    """Mean paired gain with Student's interval; None below two learners.

    Parameters
    ----------
    before, after : sequence of float, (N,)
        Share right of each learner, in the same order.
    """
    if len(before) < 2:
        return None
    differences = np.asarray(after, float) - np.asarray(before, float)
    return metrics.mean(differences, "mean gain", of="learners")


def hedges_g(before: Sequence[float], after: Sequence[float]) -> Estimate | None:
    """Hedges' g of a paired gain, in units of the spread between learners.

    The mean difference over the pooled standard deviation before and after, corrected for small
    samples, with the variance for matched groups (Borenstein et al. 2009, Introduction to
    Meta-Analysis, chapter 4). It may be set beside a study with two separate groups, as the mean
    over the spread of the differences may not.

    Parameters
    ----------
    before, after : sequence of float, (N,)
        Share right of each learner, in the same order.

    Returns
    -------
    Estimate or None
        None below three learners or where all have the same score.
    """
    first, second = np.asarray(before, float), np.asarray(after, float)
    n = len(first)
    if n < 3 or first.std() == 0 or second.std() == 0:
        return None
    within = math.sqrt((first.var(ddof=1) + second.var(ddof=1)) / 2)
    d = float((second - first).mean()) / within
    r = float(np.corrcoef(first, second)[0, 1])
    variance = (1 / n + d**2 / (2 * n)) * 2 * (1 - r)
    j = 1 - 3 / (4 * (n - 1) - 1)
    half = WILSON_Z * j * math.sqrt(variance)
    return Estimate(j * d, j * d - half, j * d + half, n, "Hedges' g", "learners")


def discrimination(right: Sequence[bool], rest: Sequence[float], when: Sequence[str]):
    """Correlation of an item with the rest of the test, both taken about their mean of that time.

    Taking off the mean before and after the course keeps the gain of the whole class from looking
    like discrimination. The interval is Fisher's.

    Parameters
    ----------
    right : sequence of bool, (N,)
    rest : sequence of float, (N,)
        Share of the other items that were right in the same test.
    when : sequence of str, (N,)

    Returns
    -------
    Estimate or None
        None where there are too few tests, or all had the item right or all wrong.
    """
    item, other = np.asarray(right, float), np.asarray(rest, float)
    times = np.asarray(when)
    if len(item) < FEWEST:
        return None
    for time in set(when):
        now = times == time
        item[now] -= item[now].mean()
        other[now] -= other[now].mean()
    if np.allclose(item, 0) or np.allclose(other, 0):
        return None
    r = float((item * other).sum() / math.sqrt((item**2).sum() * (other**2).sum()))
    z = math.atanh(min(max(r, -0.999999), 0.999999))
    half = WILSON_Z / math.sqrt(len(item) - 3 - (len(set(when)) - 1))
    lo, hi = math.tanh(z - half), math.tanh(z + half)
    return Estimate(r, lo, hi, len(item), "discrimination", "tests")


@dataclass(frozen=True)
class ItemReport:
    """How one form of an item did in a class.

    Attributes
    ----------
    number, form : int, str
    share : dict
        ``before`` and ``after`` to the share right (the item's difficulty), where it was asked.
    discrimination : Estimate or None
    counts : dict
        Letter to how often it was chosen, ``-`` for left open.
    """

    number: int
    form: str
    share: dict[str, Estimate]
    discrimination: Estimate | None
    counts: dict[str, int]

    @property
    def flagged(self) -> bool:
        """The blueprint's rule says: drop."""
        return self.discrimination is not None and self.discrimination.value < DROP

    @property
    def settled(self) -> bool:
        """The whole interval lies below the limit, so more learners would hardly change it."""
        return self.discrimination is not None and self.discrimination.hi < DROP


def item_report(tests: Sequence[Taken], number: int, form: str) -> ItemReport | None:
    """How one form of an item did; None where nobody met it."""
    met = [taken for taken in tests if taken.form == form and number in taken.answers]
    if not met:
        return None
    share = {}
    for when in TIMES:
        right = [taken.right(number) for taken in met if taken.when == when]
        if right:
            share[when] = metrics.share(sum(right), len(right), when)
    several = [taken for taken in met if len(taken.answers) > 1]
    found = discrimination(
        [taken.right(number) for taken in several],
        [taken.share(set(taken.answers) - {number}) for taken in several],
        [taken.when for taken in several],
    )
    counted = Counter(taken.answers[number] for taken in met)
    counts = {letter: counted[letter] for letter in (*blueprint.LETTERS, OPEN)}
    return ItemReport(number, form, share, found, counts)


def item_reports(tests: Sequence[Taken]) -> list[ItemReport]:
    """Every item and form that somebody met, in the order of the blueprint."""
    reports = [item_report(tests, n, f) for n in blueprint.blueprint() for f in blueprint.FORMS]
    return [report for report in reports if report is not None]


def by_objective(tests: Sequence[Taken]) -> list[tuple[int, str, dict[str, Estimate]]]:
    """Item, objective and share right before and after, over both forms and those who took both."""
    codes = {code for code, _, _ in pairs(tests)}
    out = []
    for number, item in blueprint.blueprint().items():
        share = {}
        for when in TIMES:
            met = [t for t in tests if t.when == when and t.code in codes and number in t.answers]
            right = [taken.right(number) for taken in met]
            if right:
                share[when] = metrics.share(sum(right), len(right), when)
        if share:
            out.append((number, item.objective, share))
    return out
