"""The verdict as one HTML file: text, two tables and two pictures, and nothing from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readingroom import pages
from readingroom.pages import Markup
from readingroom.show import diagrams, figures

if TYPE_CHECKING:
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
    y = found.table.y
    where = "as stated" if found.stated else "as in the file"
    rows = [
        ("Films", f"{len(y):,}, {int(y.sum()):,} ill and {int((1 - y).sum()):,} well"),
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
