"""The verdict as one HTML file: text, two tables and two pictures, and nothing from elsewhere."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from readingroom.show import diagrams, figures

if TYPE_CHECKING:
    from readingroom.audit.verdict import Verdict

STYLE = """
body{font:16px/1.45 system-ui,sans-serif;max-width:54rem;margin:2rem auto;padding:0 1rem;
color:#111;background:#fff}
h1{font-size:1.5rem;margin-bottom:.2rem}h2{font-size:1.1rem;margin:1.4rem 0 .3rem}
.verdict{border-left:.4rem solid #D55E00;background:#f6f6f4;padding:.7rem 1rem;font-size:1.1rem}
.verdict.enough{border-color:#0072B2}
table{border-collapse:collapse;width:100%}td,th{padding:.25rem .6rem;text-align:left;
border-bottom:1px solid #ddd;vertical-align:top}figure{display:inline-block;margin:0 1rem 0 0}
figure img{max-width:23rem!important}.small{font-size:.9rem;color:#444}
@media(max-width:27rem){figure img{max-width:100%!important}}
@media print{body{margin:0;font-size:12px}figure img{max-width:16rem!important}}
"""


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
    useful = " enough" if found.enough and not found.idle else ""
    parts = [
        f"<h1>Verdict on {_safe(found.table.name)}</h1>",
        '<p class="small">For teaching. Never for clinical use.</p>',
        f'<p class="verdict{useful}">{_safe(found.headline())}</p>',
        *[f'<p class="verdict">{_safe(said)}</p>' for said in found.meaning],
        _table(rows),
        _pictures(found),
        _strata(found),
        "<h2>What is unknown, and what to look at</h2>",
        "<ul>" + "".join(f"<li>{_safe(remark)}</li>" for remark in found.remarks) + "</ul>",
    ]
    title = f"Verdict on {_safe(found.table.name)}"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>\n'
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def _safe(text: Any) -> str:
    return html.escape(str(text))


def _table(rows: list[tuple]) -> str:
    body = "".join(f"<tr><th>{_safe(k)}</th><td>{_safe(v)}</td></tr>" for k, v in rows)
    return f"<table>{body}</table>"


def _strata(found: Verdict) -> str:
    if not found.strata:
        return ""
    head = "<tr><th>Group</th><th>Films (ill)</th><th>Sensitivity</th><th>Specificity</th></tr>"
    body = ""
    for row in found.strata:
        cells = [f"{row.group} {row.value}", f"{row.films} ({row.ill})"]
        cells += [e.short() if e else "too few" for e in (row.sensitivity, row.specificity)]
        body += "<tr>" + "".join(f"<td>{_safe(cell)}</td>" for cell in cells) + "</tr>"
    remark = f"<p>{_safe(found.by_group)}</p>" if found.by_group else ""
    return f"<h2>By group</h2>{remark}<table>{head}{body}</table>"


def _pictures(found: Verdict) -> str:
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
    out += f'<p class="small">{_safe(found.curve_of)}</p>'
    if found.calibration:
        figure, axis = figures.axes(4.0, 3.8)
        diagrams.draw_reliability(axis, y, s)
        axis.set_ylabel("share ill (what happened)")
        told = "; ".join(str(part) for part in found.calibration.values())
        out += figures.as_html(figure, f"Reliability plot in ten bins; {told}", "Calibration")
    return out
