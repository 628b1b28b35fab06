"""The teacher's page over a class: one HTML file without scripts, to read or to print."""

from __future__ import annotations

import html
from collections.abc import Sequence

from readingroom import __version__
from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.exam import blueprint, classroom
from readingroom.exam.classroom import ItemReport, Taken
from readingroom.exam.sitting import TIMES
from readingroom.show import figures

STYLE = """
body{font-family:system-ui,sans-serif;line-height:1.5;max-width:62em;margin:2em auto;padding:0 1em;
color:#1c2430;background:#fff}
table{border-collapse:collapse;margin:.6em 0;font-size:.93em}
th,td{border-bottom:1px solid #c9d0d8;padding:.25em .7em;text-align:left;vertical-align:top}
thead th{border-bottom:2px solid #5f6b7a}
.flag{font-weight:bold}
p.note{color:#3c4653;font-size:.93em}
@media print{body{margin:0;max-width:none}}
"""
METHOD = """
<p class="note">Gain: share right after minus before, of each learner, on the questions met in both
tests; mean with Student's 95 % interval. Hedges' g: the mean gain divided by the spread between
learners (standard deviation before and after, pooled), corrected for small samples, with the
variance for paired scores (Borenstein et al. 2009, chapter 4). Share right: Wilson's interval.
Discrimination: correlation of a question with the rest of the same test, each taken about its mean
before or after the course, so that the gain of the whole class does not count; Fisher's interval.
Forms are compared only if they were given out by code, half of the class each. A class without a
comparison group shows what changed over the day, not what caused it.</p>
"""


def _cells(values: Sequence[str], tag: str = "td") -> str:
    scope = ' scope="col"' if tag == "th" else ""
    return "".join(f"<{tag}{scope}>{value}</{tag}>" for value in values)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    return f"<table><thead><tr>{_cells(head, 'th')}</tr></thead><tbody>{body}</tbody></table>"


def _number(x: float) -> str:
    return f"{x:.2f}".replace("0.", ".", 1) if abs(x) < 1 else f"{x:.2f}"


def _short(found: Estimate | None, n: bool = True) -> str:
    """An estimate in a table; a hyphen between bounds would read as a minus."""
    if found is None:
        return "too few"
    text = f"{_number(found.value)} ({_number(found.lo)} to {_number(found.hi)})"
    return f"{text}, n = {found.n}" if n else text


def _gain(pairs: list[tuple[str, float, float]]) -> str:
    before, after = [b for _, b, _ in pairs], [a for _, _, a in pairs]
    gain, effect = classroom.gain(before, after), classroom.hedges_g(before, after)
    if gain is None:
        return "<p>Fewer than two learners took both tests, so no gain can be given.</p>"
    told = f"<p>{len(pairs)} learners took both tests.</p>"
    rows = [
        ["mean share right before", _short(metrics.mean_share(before), n=False)],
        ["mean share right after", _short(metrics.mean_share(after), n=False)],
        ["mean paired gain", _short(gain, n=False)],
        ["effect size, Hedges' g of the paired gain", _short(effect, n=False)],
    ]
    verdict = "The interval of the gain leaves out 0." if not gain.overlaps(0) else (
        "The interval of the gain holds 0: these learners do not show whether there was one."
    )  # fmt: skip
    return told + _table(["", "value (95 % interval)"], rows) + f"<p>{verdict}</p>"


def picture(pairs: list[tuple[str, float, float]]) -> str:
    """One line for each learner, from before to after."""
    figure, axis = figures.axes(5.5, 3.6)
    for _, before, after in pairs:
        axis.plot([0, 1], [before, after], "o-", color=figures.colours["blue"], alpha=0.45, ms=4)
    means = [float(sum(shares)) / len(pairs) for shares in list(zip(*pairs, strict=True))[1:]]
    axis.plot([0, 1], means, "s-", color=figures.colours["orange"], lw=3, label="mean")
    axis.set(xticks=[0, 1], xticklabels=TIMES, ylim=(-0.02, 1.02), xlim=(-0.25, 1.25))
    axis.set_ylabel("share right")
    axis.legend(frameon=False, loc="lower right")
    alt = (
        f"Share right of {len(pairs)} learners before and after the course, a line for each; "
        f"their mean goes from {means[0]:.2f} to {means[1]:.2f}"
    )
    return figures.as_html(figure, alt, "Each thin line is one learner, the thick one the mean.")


def _objectives(tests: Sequence[Taken]) -> str:
    rows = []
    for number, objective, share in classroom.by_objective(tests):
        cells = [_short(share[when]) if when in share else "not asked" for when in TIMES]
        rows.append([str(number), html.escape(objective), *cells])
    return _table(["item", "objective", "share right before", "after"], rows)


def _flag(report: ItemReport) -> str:
    if report.settled:
        return '<span class="flag">drop</span>'
    if report.flagged:
        return '<span class="flag">look at it</span>: below .15, not settled'
    return ""


def _items(reports: list[ItemReport], form: str) -> str:
    rows = []
    for report in reports:
        if report.form != form:
            continue
        key = blueprint.blueprint()[report.number].forms[form].key
        share = [_short(report.share[w]) if w in report.share else "not asked" for w in TIMES]
        counts = [
            f"<b>{n} (key)</b>" if letter == key else str(n) for letter, n in report.counts.items()
        ]
        rows.append([str(report.number), *share, _short(report.discrimination), *counts,
                     _flag(report)])  # fmt: skip
    head = ["item", "share right before", "after", "discrimination", "A", "B", "C", "D", "open", ""]
    return _table(head, rows) if rows else "<p>Nobody took this form.</p>"


def page(tests: Sequence[Taken]) -> str:
    """The whole page.

    Parameters
    ----------
    tests : sequence of Taken
        What `classroom.read` returned.
    """
    pairs = classroom.pairs(tests)
    reports = classroom.item_reports(tests)
    versions = sorted({taken.version for taken in tests})
    learners = len({taken.code for taken in tests})
    parts = [
        f"<h1>Reading Room: a class</h1><p>{learners} learners by code, {len(tests)} tests, "
        f"taken with version {html.escape(', '.join(versions))}, judged by version {__version__}. "
        "No names.</p>",
        "<h2>What was gained</h2>",
        _gain(pairs),
        picture(pairs) if len(pairs) >= 2 else "",
        "<h2>By objective</h2><p>Those who took both tests, both forms together.</p>",
        _objectives(tests),
        "<h2>Items</h2><p>Share right is an item's difficulty. A distractor that nobody chooses "
        "does no work. Rule of the blueprint: an item with a discrimination below .15 is dropped; "
        f"below {classroom.FEWEST} tests it is not worked out.</p>",
    ]
    for form in blueprint.FORMS:
        parts += [f"<h3>Form {form}</h3>", _items(reports, form)]
    parts += ["<h2>How this was worked out</h2>", METHOD]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Reading Room: a class</title><style>{STYLE}</style></head><body><main>"
        f"{''.join(parts)}</main></body></html>\n"
    )
