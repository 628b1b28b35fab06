"""The teacher's page over a class: one HTML file without scripts, to read or to print."""

from __future__ import annotations

from collections.abc import Sequence

from readingroom import __version__, pages
from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.exam import blueprint, classroom
from readingroom.exam.classroom import ItemReport, Taken
from readingroom.exam.sitting import TIMES
from readingroom.pages import Markup
from readingroom.show import figures


def _number(x: float) -> str:
    return f"{x:.2f}".replace("0.", ".", 1) if abs(x) < 1 else f"{x:.2f}"


def _short(found: Estimate | None, n: bool = True) -> str:
    """An estimate in a table; a hyphen between bounds would read as a minus."""
    if found is None:
        return "too few"
    text = f"{_number(found.value)} ({_number(found.lo)} to {_number(found.hi)})"
    return f"{text}, n = {found.n}" if n else text


def _gain(pairs: list[tuple[str, float, float]]) -> tuple[list, bool]:
    """Rows of the gain's table, none where fewer than two took both; whether 0 is left out."""
    before, after = [b for _, b, _ in pairs], [a for _, _, a in pairs]
    gain, effect = classroom.gain(before, after), classroom.hedges_g(before, after)
    if gain is None:
        return [], False
    rows = [
        ["mean share right before", _short(metrics.mean_share(before), n=False)],
        ["mean share right after", _short(metrics.mean_share(after), n=False)],
        ["mean paired gain", _short(gain, n=False)],
        ["effect size, Hedges' g of the paired gain", _short(effect, n=False)],
    ]
    return rows, not gain.overlaps(0)


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


def _objectives(tests: Sequence[Taken]) -> list:
    rows = []
    for number, objective, share in classroom.by_objective(tests):
        cells = [_short(share[when]) if when in share else "not asked" for when in TIMES]
        rows.append([number, objective, *cells])
    return rows


def _flag(report: ItemReport) -> str:
    if report.settled:
        return Markup('<span class="flag">drop</span>')
    if report.flagged:
        return Markup('<span class="flag">look at it</span>: below .15, not settled')
    return ""


def _items(reports: list[ItemReport], form: str, keys: bool) -> list:
    rows = []
    for report in reports:
        if report.form != form:
            continue
        key = blueprint.blueprint()[report.number].forms[form].key
        share = [_short(report.share[w]) if w in report.share else "not asked" for w in TIMES]
        counts = [
            Markup(f"<b>{n} (key)</b>") if keys and letter == key else n
            for letter, n in report.counts.items()
        ]
        rows.append([report.number, *share, _short(report.discrimination), *counts, _flag(report)])
    return rows


def page(tests: Sequence[Taken], keys: bool = False) -> str:
    """The whole page.

    Parameters
    ----------
    tests : sequence of Taken
        What `classroom.read` returned.
    keys : bool
        Mark the right option of each item; for a teacher's eyes, not for a screen in class.
    """
    pairs = classroom.pairs(tests)
    reports = classroom.item_reports(tests)
    gain, gained = _gain(pairs)
    return pages.render(
        "class",
        title="Reading Room: a class",
        learners=len({taken.code for taken in tests}),
        tests=len(tests),
        versions=", ".join(sorted({taken.version for taken in tests})),
        version=__version__,
        pairs=len(pairs),
        gain=gain,
        gained=gained,
        picture=Markup(picture(pairs) if len(pairs) >= 2 else ""),
        objectives=_objectives(tests),
        fewest=classroom.FEWEST,
        forms=[(form, _items(reports, form, keys)) for form in blueprint.FORMS],
    )
