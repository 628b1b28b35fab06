"""Lesson 10's figures: gates, cards, money, seconds, a year, and who answers for what."""

from __future__ import annotations

from typing import Any

import numpy as np

from readingroom.assess import monitoring
from readingroom.audit import sheet
from readingroom.lessons.l10 import hospitals, papers, sheets, weeks as years
from readingroom.show.controls import sliders
from readingroom.show.figures import _axes, axes, colours, show
from readingroom.show.tables import table

SIMULATED, INVENTED = "SIMULATED", "SIMULATED (invented prices)"
NAMES = {
    "saved": "minutes saved a film",
    "alarm": "minutes a false alarm",
    "minute": "price of a minute",
    "fee": "fee a film",
    "scan": "CTs a false alarm",
    "fixed": "fixed costs a day",
}


# --- test at home


def three_hospitals() -> None:
    """Sensitivity and specificity of three hospitals with the limits of one gate, no verdict."""
    figure, grid = _axes(1, 2, 9.6, 2.6)
    told = []
    for axis, measure in zip(grid[0], hospitals.LIMITS, strict=True):
        least = hospitals.LIMITS[measure]
        axis.axvline(least, color=colours["orange"], lw=2)
        axis.annotate(f"gate {least:.2f}", (least, -0.62), ha="center", va="bottom", fontsize=9,
                      color=colours["orange"])  # fmt: skip
        for row, name in enumerate(hospitals.NAMES):
            found = next(one.found for one in hospitals.accepted(name).conditions
                         if one.measure == measure)  # fmt: skip
            assert found is not None
            axis.plot([found.lo, found.hi], [row, row], color=colours["blue"], lw=2.5)
            axis.plot(found.value, row, "o", ms=8, color=colours["blue"])
            axis.annotate(f"n = {found.n}", (found.hi, row), xytext=(4, -3), fontsize=8,
                          textcoords="offset points")  # fmt: skip
            told.append(f"hospital {name} {found}, limit {least}")
        axis.set_yticks(range(3), [f"hospital {name}" for name in hospitals.NAMES])
        axis.set(ylim=(2.6, -0.65), xlim=(0.64, 1.03), xlabel=f"{measure}, 95 % interval")
        axis.spines[["top", "right"]].set_visible(False)
    show(figure, "One gate in three hospitals. " + "; ".join(told),
         "One film for each patient, consecutive.", SIMULATED)  # fmt: skip


def acceptance(name: str) -> None:
    """The page of one hospital's acceptance test."""
    found = hospitals.accepted(name)
    figure, axis = axes(8.2, 2.4)
    told = sheet.draw_gate(axis, found)
    show(figure, f"Hospital {name}, {found.verdict}: {told}", found.headline(), SIMULATED)


def cards() -> None:
    """Two cards of a marketplace beside each other, with what they leave open."""
    names = list(papers.CARDS)
    fields = list(papers.CARDS[names[0]])
    rows = [[field, *(papers.CARDS[name][field] for name in names)] for field in fields]
    rows.append(["left open, or no", *(str(papers.gaps(papers.CARDS[name])) for name in names)])
    table(["", *names], rows, "Two invented cards of a marketplace", papers.NOT_STATED)


def summary() -> None:
    """The invented summary, section by section."""
    table(["Section", "What it says"], list(papers.SUMMARY.items()), "An invented device summary")


def form(card: Any = None) -> None:
    """The form of five rows, filled in or blank, and the question that each gap asks.

    Parameters
    ----------
    card : mapping, optional
        Row to what a document states, or ``absent``; blank rows otherwise.
    """
    held = card or {}
    rows = []
    for name in papers.JUDGED:
        said = str(held.get(name, "")) or "________"
        ask = papers.QUESTIONS[name] if papers.is_absent(said) or not card else ""
        rows.append([papers.ROWS[name][0], said, ask])
    table(["Row", "Stated", "Question for the vendor"], rows, "Form for a device summary",
          (papers.ABSENT,))  # fmt: skip


def questions(card: Any) -> None:
    """Five questions for the vendor: what the summary leaves open, and what always has to be asked.

    Parameters
    ----------
    card : mapping
        As for `form`.
    """
    asked = [
        papers.QUESTIONS[name] for name in papers.JUDGED if papers.is_absent(card.get(name, ""))
    ]
    for number, one in enumerate([*asked, *papers.ALWAYS][:5], 1):
        print(f"{number}. {one}")


def ppv_log() -> None:
    """The log of alarms, week by week, with the PPV of all alarms so far."""
    rows = [
        [f"week {k}", str(alarms), str(true), str(found)]
        for k, (alarms, true, found) in enumerate(
            zip(sheets.ALARMS, sheets.TRUE, sheets.ppv_log(), strict=True), 1
        )
    ]
    table(["", "alarms", "true", "all weeks so far"], rows, "Log of alarms over four weeks")


# --- does it pay


def money(films: int = 100) -> None:
    """The sheet of costs, and the day's gain against the number of films, with a slider.

    Parameters
    ----------
    films : int
        Where the slider stands at first.
    """
    made = sheets.Money()

    def draw(films: int) -> tuple[Any, str, str]:
        figure, grid = _axes(1, 2, 9.6, 3.2)
        left, right = grid[0]
        parts = {**{name: value * films for name, value in made.lines.items()},
                 "fixed costs": -made.fixed}  # fmt: skip
        for row, euros in enumerate(parts.values()):
            left.barh(row, euros, color=colours["sky" if euros > 0 else "orange"])
            left.annotate(f"{euros:+.0f}", (euros, row), fontsize=9, va="center",
                          xytext=(4 if euros > 0 else -4, 0), textcoords="offset points",
                          ha="left" if euros > 0 else "right")  # fmt: skip
        left.set_yticks(range(len(parts)), list(parts))
        left.invert_yaxis()
        span = max(abs(value) for value in parts.values()) * 1.35
        left.set(xlim=(-span, span), xlabel=f"euros a day with {films} films")
        x = np.arange(0, 501, 10)
        right.plot(x, [made.gain(one) for one in x], color=colours["blue"])
        right.axhline(0, color="black", lw=0.8)
        right.plot(films, made.gain(films), "o", ms=9, color=colours["orange"])
        right.set(xlabel="films a day", ylabel="gain, euros a day")
        for axis in (left, right):
            axis.spines[["top", "right"]].set_visible(False)
        gain = made.gain(films)
        alt = (
            f"Costs and savings of a day with {films} films, and a line of the day's gain against "
            f"films a day; at {films} films it is {gain:+.0f} euros"
        )
        return figure, alt, f"With {films} films a day: {gain:+.1f} euros. All prices are invented."

    sliders(draw, lambda films: f"films = {films}", INVENTED,
            films=("films a day", list(range(20, 501, 4)), films))  # fmt: skip


def one_way(films: int = 300) -> None:
    """How the day's gain changes when each entry is 30 % lower or higher, the others fixed."""
    made = sheets.Money()
    found = made.one_way(films)
    figure, axis = axes(7.6, 3.0)
    now = made.gain(films)
    for row, (name, (low, high)) in enumerate(found.items()):
        axis.barh(row, low - now, left=now, color=colours["sky"], hatch="//", edgecolor="white",
                  label="30 % lower" if not row else None)  # fmt: skip
        axis.barh(row, high - now, left=now, color=colours["orange"],
                  label="30 % higher" if not row else None)  # fmt: skip
        axis.annotate(NAMES[name], (-0.01, row), xycoords=("axes fraction", "data"), ha="right",
                      va="center", fontsize=9)  # fmt: skip
    axis.set(yticks=[], ylim=(len(found) - 0.5, -0.5),
             xlabel=f"gain with {films} films, euros a day")  # fmt: skip
    axis.axvline(0, color="black", lw=0.8)
    axis.legend(frameon=False, fontsize=9, loc="lower right")
    told = "; ".join(f"{NAMES[k]} {low:+.0f} to {high:+.0f}" for k, (low, high) in found.items())
    show(figure, f"One-way sensitivity of the day's gain, {now:+.0f} euros now: {told}",
         "Each entry alone is 30 % lower or higher.", INVENTED)  # fmt: skip


def seconds(bandwidth: int = 8) -> None:
    """From the scanner to the result, in the cloud and in the house, with a slider for bandwidth.

    Parameters
    ----------
    bandwidth : int
        Megabits a second.
    """
    shades = ("blue", "sky", "orange", "green")

    def draw(bandwidth: int) -> tuple[Any, str, str]:
        figure, axis = axes(8.2, 2.2)
        told = []
        for row, (name, way) in enumerate((("cloud", sheets.CLOUD), ("local", sheets.LOCAL))):
            start = 0.0
            for (term, length), shade in zip(way.seconds(bandwidth).items(), shades, strict=True):
                axis.barh(row, length, left=start, color=colours[shade], edgecolor="white",
                          label=term if not row else None)  # fmt: skip
                start += length
            axis.annotate(f"{start:.1f} s", (start, row), xytext=(4, -3), fontsize=10,
                          textcoords="offset points")  # fmt: skip
            told.append(f"{name} {start:.1f} seconds")
        axis.set(ylim=(1.6, -0.6), xlabel="seconds from the scanner to the result")
        axis.set_yticks([0, 1], ["cloud", "local"])
        axis.set_xlim(0, max(60, sheets.CLOUD.total(bandwidth) * 1.15))
        axis.legend(frameon=False, fontsize=9, ncols=4, loc="lower left", bbox_to_anchor=(0, 1))
        size = f"{sheets.CLOUD.megabytes:.0f} megabytes"
        caption = f"A study of {size}. All times are invented."
        return figure, f"At {bandwidth} Mbit/s, {size}: {' and '.join(told)}", caption

    sliders(draw, lambda bandwidth: f"bandwidth = {bandwidth}", SIMULATED,
            bandwidth=("Mbit/s", [*range(1, 61), 80, 100, 200, 500, 1000], bandwidth))  # fmt: skip


# --- the year


def arrivals(check: bool = True) -> None:
    """Films of each week that were refused and answered, and the mean grey of what arrived.

    Parameters
    ----------
    check : bool
        Whether the input check is in.
    """
    found = years.year(check)
    figure, grid = _axes(1, 2, 10.0, 3.0)
    left, right = grid[0]
    weeks = np.arange(1, years.WEEKS + 1)
    refused = found.column("refused")
    answered = found.column("arrived") - refused
    left.bar(weeks, answered, color=colours["sky"], label="answered")
    left.bar(weeks, refused, bottom=answered, color=colours["orange"], hatch="//",
             edgecolor="white", label="refused")  # fmt: skip
    left.set(xlabel="week", ylabel="films", ylim=(0, 240))
    left.legend(frameon=False, fontsize=9, ncols=2, loc="upper left")
    edges = np.arange(0, 256, 8)
    pieces = (
        ("weeks 1 to 10", range(1, 11), "grey", "-"),
        (f"weeks {years.INVERTED[0]} to {years.INVERTED[-1]}", years.INVERTED, "orange", "--"),
        (f"weeks {years.DRIFT} to {years.DRIFT + 9}", range(years.DRIFT, years.DRIFT + 10),
         "blue", ":"),
    )  # fmt: skip
    for label, which, shade, line in pieces:
        grey = np.concatenate([found.grey[k - 1] for k in which])
        right.hist(grey, edges, weights=np.full(len(grey), 1 / len(grey)), histtype="step", lw=2,
                   ls=line, color=colours[shade], label=label)  # fmt: skip
    right.set(xlabel="mean grey of a film that arrived", ylabel="share of films")
    right.legend(frameon=False, fontsize=9)
    for axis in (left, right):
        axis.spines[["top", "right"]].set_visible(False)
    most = int(np.argmax(refused)) + 1
    peak = f"most refused in week {most}" if check else "none refused"
    alt = (
        f"Films of 52 weeks, {int(answered.sum())} answered and {int(refused.sum())} refused, "
        f"{peak}; beside it the greys of films: weeks {years.INVERTED[0]} to {years.INVERTED[-1]} "
        "have a second hump of light films, the later weeks look like the first ten"
    )
    show(figure, alt, f"Input check {'in' if check else 'taken out'}.", SIMULATED)


def _draw_chart(axis: Any, found: years.Year, against: str) -> monitoring.Chart:
    chart = found.chart(against)
    weeks = np.arange(1, years.WEEKS + 1)
    axis.plot(weeks, chart.share, "o-", ms=4, lw=1, color=colours["blue"])
    axis.axhline(chart.usual, color="black", lw=0.8)
    axis.plot(weeks, chart.lo, "--", color=colours["orange"], lw=1.4)
    low = chart.below
    axis.plot(weeks[low], chart.share[low], "v", ms=8, color=colours["orange"])
    axis.set(xlabel="week", ylim=(0.35, 1.02), xlim=(0, years.WEEKS + 1))
    axis.set_xticks(range(0, years.WEEKS + 1, 4))
    axis.spines[["top", "right"]].set_visible(False)
    return chart


def agreement(check: bool = True) -> None:
    """Agreement with blind re-reads of a weekly sample, with the usual share and lower limit."""
    found = years.year(check)
    figure, axis = axes(9.6, 3.3)
    chart = _draw_chart(axis, found, "blind")
    axis.set_ylabel("program and blind re-read agree")
    below = ", ".join(map(str, found.dips()))
    alt = (
        f"Agreement of {years.WEEKS} weeks, {years.SAMPLE} films each, usually {chart.usual:.2f}, "
        f"with a lower limit near {chart.lo.mean():.2f}. Below it: weeks {below}"
    )
    show(figure, alt, f"Limits at 2 sigma. Input check {'in' if check else 'taken out'}.",
         SIMULATED)  # fmt: skip


def two_curves() -> None:
    """Agreement with blind re-reads and with reports written with the program in view; sums below.

    The sum adds up what lies below the usual share (CUSUM).
    """
    found = years.year()
    figure, grid = _axes(2, 2, 10.0, 5.2)
    told = []
    titles = {"blind": "against blind re-reads", "report": "against reports with the AI in view"}
    for column, (against, title) in enumerate(titles.items()):
        _draw_chart(grid[0, column], found, against)
        grid[0, column].set_title(title, fontsize=10)
        total = found.total(against)
        axis = grid[1, column]
        axis.plot(np.arange(1, years.WEEKS + 1), total.below, color=colours["blue"])
        axis.axhline(total.decides, ls="--", color=colours["orange"], lw=1.4)
        axis.set(xlabel="week", ylim=(0, 30), xlim=(0, years.WEEKS + 1))
        axis.set_xticks(range(0, years.WEEKS + 1, 4))
        axis.spines[["top", "right"]].set_visible(False)
        first = total.first("below")
        told.append(
            f"{title}: second low week in three: {found.alarm(against) or 'never'}; the sum passes "
            f"5 in week {'none' if first is None else first + 1}"
        )
    grid[0, 0].set_ylabel("share that agrees")
    grid[1, 0].set_ylabel("running sum (CUSUM)")
    alt = "Two charts with their running sums. " + "; ".join(told)
    show(figure, alt, "The sum is cut off at 30. Dashed: where it becomes an alarm.", SIMULATED)


def gate_of_year(check: bool = True) -> None:
    """Print the gate of the year: judged once, in the week fixed for it."""
    found = years.year(check)
    limits = ", ".join(
        f"{name} at least {low:.2f}".replace("0.", ".") for name, low in years.GATE.items()
    )
    print(f"gate, judged once after week {years.JUDGED}: {limits}")
    for one in found.gate(years.JUDGED).values():
        print(one)
    print(f"verdict: {found.verdict()}")


def duties() -> None:
    """The device's life from need to update, with each duty and who answers for it."""
    figure, axis = axes(11.0, 3.9)
    shades = dict(zip(papers.OWNERS, ("blue", "green", "orange", "pink"), strict=True))
    for place, (stage, duty, owner) in enumerate(papers.DUTIES):
        row = papers.OWNERS.index(owner)
        axis.plot([place] * 2, [row, len(papers.OWNERS) - 0.4], ":", color="#c4c4c4", lw=1,
                  zorder=0)  # fmt: skip
        axis.text(place, row, duty, ha="center", va="center", fontsize=8,
                  bbox={"boxstyle": "round,pad=.35", "fc": "white", "ec": colours[shades[owner]],
                        "lw": 2})  # fmt: skip
        axis.text(place, len(papers.OWNERS) - 0.35, stage, ha="center", va="bottom", fontsize=9,
                  fontweight="bold")  # fmt: skip
    axis.annotate("", (len(papers.DUTIES) - 0.4, len(papers.OWNERS) - 0.45),
                  (-0.6, len(papers.OWNERS) - 0.45),
                  arrowprops={"arrowstyle": "->", "lw": 1.5})  # fmt: skip
    axis.set_yticks(range(len(papers.OWNERS)), list(papers.OWNERS), fontsize=10)
    axis.set(xticks=[], xlim=(-0.7, len(papers.DUTIES) - 0.3), ylim=(-0.6, len(papers.OWNERS)))
    axis.spines[["left", "bottom"]].set_visible(False)
    axis.tick_params(length=0)
    flat = {duty: " ".join(duty.split()) for _, duty, _ in papers.DUTIES}
    told = "; ".join(f"{stage}: {flat[duty]} ({owner})" for stage, duty, owner in papers.DUTIES)
    show(figure, f"A device's life with its duties and owners. {told}",
         "A proposal to discuss, and no legal advice.", SIMULATED)  # fmt: skip


def meeting() -> None:
    """What was said in the meeting."""
    table(["Who", "Said"], papers.MEETING, "Transcript of an invented meeting")
