"""The verdict as one HTML file: text, two tables and two pictures, and nothing from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readingroom import pages
from readingroom.pages import Markup
from readingroom.show import diagrams, figures

if TYPE_CHECKING:
    from readingroom.audit.acceptance import Acceptance
    from readingroom.audit.verdict import Verdict


def as_html(found: Verdict) -> str:
    """The verdict as HTML.

    Parameters
    ----------
    found : Verdict

    Returns
    -------
    str
        Complete and self-contained; every text from the table is escaped.
    """
    where = "as stated" if found.stated else "as in the file"
    rows = [
        ("Films", found.table.counted()),
        ("Ranking", found.ranking),
        ("Threshold", f"{found.point.threshold:.4g}, {found.chosen}"),
        ("At that threshold", f"{found.point.sensitivity}; {found.point.specificity}"),
        ("On the list", f"{100 * found.prevalence:.3g} % ill, {where}"),
        ("An alarm there", f"{'; '.join(found.predictive())}. {found.alarms()}"),
    ]
    if found.calibration:
        rows.append(("Calibration", "; ".join(str(part) for part in found.calibration.values())))
    if found.columns:
        rows.append(("Columns", found.columns))
    strata = []
    for row in found.strata:
        told = [e.short() if e else "too few" for e in (row.sensitivity, row.specificity)]
        strata.append([f"{row.group} {row.value}", f"{row.films} ({row.ill})", *told])
    return pages.render(
        "audit",
        title=f"Verdict on {found.table.name}",
        found=found,
        rows=rows,
        strata=strata,
        pictures=_pictures(found),
    )


def _pictures(found: Verdict) -> Markup:
    y, s = found.table.y, found.table.s
    figure, axis = figures.axes(4.0, 3.8)
    diagrams.draw_scores(axis, y, s, found.point.threshold)
    out = figures.as_html(
        figure,
        f"Scores of ill films upwards and of well films downwards, threshold "
        f"{found.point.threshold:.4g}",
        "Scores",
    )
    figure, axis = figures.axes(4.0, 3.8)
    diagrams.draw_roc(axis, y[found.judged], s[found.judged], found.point)
    said = f"{found.ranking}; {found.curve_of} {found.point.sensitivity}; {found.point.specificity}"
    out += figures.as_html(figure, f"ROC curve with the operating point: {said}", "ROC")
    out += str(Markup('<p class="small">{}</p>').format(found.curve_of))
    if found.calibration:
        figure, axis = figures.axes(4.0, 3.8)
        diagrams.draw_reliability(axis, y, s)
        axis.set_ylabel("share ill (what happened)")
        told = "; ".join(str(part) for part in found.calibration.values())
        out += figures.as_html(figure, f"Reliability plot in ten bins; {told}", "Calibration")
    return Markup(out)


def of_acceptance(found: Acceptance) -> str:
    """An acceptance test as HTML.

    Parameters
    ----------
    found : Acceptance

    Returns
    -------
    str
        Complete and self-contained; every text from the table and the gate is escaped.
    """
    gate = found.gate
    rows = [
        ("Gate", gate.name),
        ("Fixed", f"{gate.fixed[:16].replace('T', ' ')}, digest {gate.digest}"),
        ("Alarm", f"from a score of {gate.threshold:g}"),
        ("Films", found.table.counted()),
    ]
    conditions = [
        [one.measure, f"at least {one.least:g}", one.found.short(3) if one.found else "none",
         one.verdict, _more(one)]
        for one in found.conditions
    ]  # fmt: skip
    return pages.render(
        "acceptance",
        title=f"Acceptance test of {found.table.name}",
        found=found,
        rows=rows,
        conditions=conditions,
        pictures=_gate_picture(found),
    )


def _more(one) -> str:
    if one.more is None:
        return "more than is worth waiting for"
    return f"about {one.more:,} {one.whom}" if one.more else "none"


def draw_gate(axis, found: Acceptance) -> str:
    """Draw each condition's interval and its limit into `axis`; returns what an alt has to say."""
    told = []
    for row, one in enumerate(found.conditions):
        axis.plot([one.least] * 2, [row - 0.35, row + 0.35], color=figures.colours["orange"], lw=3)
        axis.annotate(f"at least {one.least:.2f}", (one.least, row - 0.36), fontsize=9,
                      ha="center", va="bottom", color=figures.colours["orange"])  # fmt: skip
        if one.found is None:
            told.append(f"{one.measure}: nothing to count")
            continue
        axis.plot([one.found.lo, one.found.hi], [row, row], color=figures.colours["blue"], lw=2.5)
        axis.plot(one.found.value, row, "o", ms=8, color=figures.colours["blue"])
        axis.text(1.01, row, f"{one.found.short()}  {one.verdict}", va="center", fontsize=10,
                  transform=axis.get_yaxis_transform())  # fmt: skip
        told.append(f"{one.found} with a limit at {one.least:g}: {one.verdict}")
    axis.set_yticks(range(len(found.conditions)), [one.measure for one in found.conditions])
    axis.set(ylim=(len(found.conditions) - 0.4, -0.75), xlabel="share, with its 95 % interval")
    axis.spines[["top", "right"]].set_visible(False)
    return "; ".join(told)


def _gate_picture(found: Acceptance) -> Markup:
    figure, axis = figures.axes(8.0, 1.1 + 0.7 * len(found.conditions))
    told = draw_gate(axis, found)
    return Markup(figures.as_html(figure, f"Intervals and the limits of the gate: {told}"))
