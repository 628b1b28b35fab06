"""The figures of lesson 06: conditions of the test films, probes, maps, twins and groups."""

from __future__ import annotations

from typing import Any

import numpy as np

from readingroom import data
from readingroom.assess import metrics
from readingroom.data.origin import MODES
from readingroom.lessons.l06.films import DRAINED_FILM, drained_films, nih_film, sex_aucs
from readingroom.models.sites import OneHospital, TwoSites, two_sites
from readingroom.show import marks
from readingroom.show.figures import _axes, axes, colours, films, show
from readingroom.show.intervals import estimates

OWN_SIZE = 64  # pixels: what an own cohort keeps a copy of
FOR_OWN = "This step is for films of your own with a column that names the hospital (`site`)."
LOOKS = {"internal": ("green", "o"), "unmarked": ("blue", "s"), "swapped": ("orange", "^")}


def marked_sheet(sheet: Any, names: dict) -> None:
    """The contact sheet of positive and negative films, and one of them large, with pixel rulers.

    Parameters
    ----------
    sheet : Sheet
        See `readingroom.lessons.l06.contact_sheet`.
    names : dict
        Label to its word.
    """
    films(
        sheet.films,
        [f"{i} · {names[int(label)]}" for i, label in enumerate(sheet.labels)],
        columns=6,
        width=9,
        alt=f"Contact sheet of {len(sheet.films)} chest films, first {int(sheet.labels.sum())} "
        f"labelled {names[1]}, then the others; something besides disease differs",
    )
    figure, axis = axes(5.2, 5.2)
    axis.imshow(sheet.films[0], cmap="gray", vmin=0, vmax=255, interpolation="bicubic")
    ticks = range(0, sheet.films.shape[1] + 1, 10)
    axis.set_xticks(ticks, [str(t) for t in ticks], fontsize=8)
    axis.set_yticks(ticks, [str(t) for t in ticks], fontsize=8)
    axis.grid(color="white", alpha=0.18, lw=0.6)
    axis.set(xlabel="column (pixels)", ylabel="row (pixels), counted from the top")
    show(figure, f"The first film of the sheet ({names[1]}), large, with a ruler in pixels "
         "along both edges", plates=[axis])  # fmt: skip


def test_conditions(results: dict, caption: str = "", tag: str | None = None) -> None:
    """AUC of each training on the test films in three conditions: one dot per seed.

    Parameters
    ----------
    results : dict of dict of ndarray
        training -> ``internal``, ``unmarked``, ``swapped`` -> AUC of each seed.
    """
    show(*_conditions(results), caption, tag)


def _conditions(results: dict) -> tuple:
    """The figure and its alt sentence."""
    rows = [(training, shown) for training in results for shown in LOOKS]
    figure, axis = axes(7.6, 0.36 * len(rows) + 1.0)
    said = []
    for place, (training, shown) in enumerate(rows):
        values = np.asarray(results[training][shown])
        colour, mark = LOOKS[shown]
        height = -place - 0.5 * (place // len(LOOKS))
        average = metrics.mean_share(values, of="seeds")
        axis.plot(values, np.full(len(values), height), mark, ms=6, mfc="none",
                  color=colours[colour])  # fmt: skip
        axis.plot([average.value] * 2, [height - 0.3, height + 0.3], color=colours[colour], lw=2)
        axis.text(1.01, height, average.short(), transform=axis.get_yaxis_transform(),
                  va="center", fontsize=8.5)  # fmt: skip
        axis.text(-0.01, height, f"{training} · {shown}", transform=axis.get_yaxis_transform(),
                  va="center", ha="right", fontsize=9)  # fmt: skip
        said.append(f"{training} {shown} {average.value:.2f}")
    axis.set_yticks([])
    axis.axvline(0.5, color=colours["grey"], ls=":", lw=1)
    axis.set_xlabel("AUC: a dot for each seed, a bar for their mean (right: mean, 95 % interval)")
    return figure, "AUC of five seeds, by training and test films, means: " + ", ".join(said)


def probe_maps(maps: dict[str, np.ndarray]) -> None:
    """How well the brightness of each small window alone ranks the films.

    Parameters
    ----------
    maps : dict of ndarray, (G, G)
        Name to AUC by place of the window.
    """
    figure, grid = _axes(1, len(maps), 4.1 * len(maps), 3.6)
    for axis, (name, found) in zip(grid[0], maps.items(), strict=True):
        drawn = axis.imshow(found, cmap="PuOr_r", vmin=0, vmax=1)
        row, col = np.unravel_index(np.abs(found - 0.5).argmax(), found.shape)
        axis.plot(col, row, "o", ms=13, mfc="none", mec="black", mew=1.6,
                  clip_on=False)  # fmt: skip
        axis.set_title(f"{name}\nstrongest window: row {row}, column {col}", fontsize=9)
        axis.set_axis_off()
    figure.colorbar(drawn, ax=list(grid[0]), shrink=0.8).set_label(
        "AUC of brightness alone: 0.5 says nothing", fontsize=9
    )
    show(figure, "Maps of how well each small window's brightness alone ranks the films; the "
         "strongest window is circled: " + ", ".join(maps))  # fmt: skip


def hiding_maps(
    film: np.ndarray, maps: dict[str, np.ndarray], caption: str, tag: str | None = None
) -> None:
    """One film, and for each network how much its score falls where a patch hides the film.

    Parameters
    ----------
    film : ndarray, (S, S) uint8
    maps : dict of ndarray, (G, G)
        Name to fall of the logit.
    """
    figure, grid = _axes(1, 1 + len(maps), 3.1 * (1 + len(maps)) + 1, 3.2)
    for axis, (name, found) in zip(grid[0], {"the film": None, **maps}.items(), strict=True):
        marks.film(axis, film, name)
        if found is not None:
            marks.heat(axis, found, film.shape[0], smooth=False)
            marks.warning(axis, 7)
    marks.heat_bar(figure, grid)
    show(figure, "A chest film with a side letter, and maps of what each network needs, bright "
         "where hiding the place lowers the score: " + ", ".join(maps), caption, tag)  # fmt: skip


def show_twins(four: np.ndarray) -> None:
    """One virtual child four times: without and with lesion, without and with letter."""
    films(four, ["healthy", "healthy + letter", "lesion", "lesion + letter"], columns=4, width=9,
          alt="The same virtual child four times: healthy, healthy with a side letter, with a "
          "consolidation, with both", tag="SIMULATED")  # fmt: skip


def show_drains() -> None:
    """A pneumothorax without and with its drain, simulated; and a real film where it can be had."""
    shown: dict[str, np.ndarray] = {f"simulated: {k}": v for k, v in drained_films().items()}
    caption, real = "", nih_film()
    if real is not None:
        shown['real: labelled "pneumothorax"'] = real
        caption = (
            f"Real film: {DRAINED_FILM}, NIH Clinical Center, nihcc.app.box.com/v/ChestXray-NIHCC, "
            "64 pixels wide. The label was mined from its report."
        )
    tag = "SIMULATED" if real is None else "SIMULATED, and one real film"
    figure, grid = _axes(1, len(shown), 3.1 * len(shown), 3.4)
    for axis, (title, film) in zip(grid[0], shown.items(), strict=True):
        marks.film(axis, film, title)
    show(figure, "Chest films: " + "; ".join(shown), caption, tag)
    if real is not None:
        print(
            'The table of the real film says "pneumothorax". It has no column for drains, and at '
            "64 pixels a drain is hardly seen. So nobody can count the drained in this set."
        )


def twin_means(score: np.ndarray, caption: str) -> None:
    """Scores of twins, each child a thin line, and their means.

    Parameters
    ----------
    score : ndarray, (P, 2, 2)
        Patient, lesion, letter.
    """
    figure, axis = axes(6.2, 3.6)
    names = ("healthy", "healthy\n+ letter", "lesion", "lesion\n+ letter")
    for lesion in (0, 1):
        x = np.array([2 * lesion, 2 * lesion + 1])
        for child in score[:, lesion]:
            axis.plot(x, child, "-", color=colours["grey"], alpha=0.35, lw=0.8)
        axis.plot(x, score[:, lesion].mean(0), "o-", ms=9, lw=3,
                  color=colours["orange" if lesion else "blue"])  # fmt: skip
    axis.set_xticks(range(4), names)
    axis.set_ylabel("score")
    axis.set_ylim(-0.03, 1.03)
    means = ", ".join(f"{name} {mean:.2f}".replace("\n", " ")
                      for name, mean in zip(names, score.mean(0).ravel(), strict=True))  # fmt: skip
    show(figure, f"Scores of the same virtual children, a line for each; means: {means}",
         caption, "SIMULATED")  # fmt: skip


def interval_rows(
    rows: dict, label: str, *, line: float | None = None, tag: str | None = None, caption: str = ""
) -> None:
    """Estimates below each other, with their intervals.

    Parameters
    ----------
    rows : dict of Estimate
    label : str
        Name of the axis.
    line : float, optional
        A value to compare with.
    """
    estimates(rows, alt=label, axis=label, tag=tag, limits=None, caption=caption, line=line)


def groups(table: Any, total: Any, tag: str | None = None) -> None:
    """Miss rate of each group of ill patients; dashed, the high end of the interval of all."""
    rows = {
        str(row.group): metrics.Estimate(row.missed, row.lo, row.hi, int(row.patients))
        for row in table.itertuples()
    }
    interval_rows(
        {"all": total, **rows},
        "share of ill films missed, 95 % interval by patient",
        line=total.hi,
        tag=tag,
    )


def sex_mix(run: Any) -> dict:
    """AUC in women and in men against the share of women among the training films.

    Returns
    -------
    dict of ndarray, (K, D)
        ``women`` and ``men``: AUC of each share and seed.
    """
    out = sex_aucs(run)
    figure, axis = axes(6.4, 3.6)
    share = 100 * run["shares"]
    for (name, aucs), colour, mark in zip(out.items(), ("pink", "blue"), ("o", "s"), strict=True):
        axis.plot(share, aucs.mean(1), "-", marker=mark, color=colours[colour], label=f"in {name}")
        axis.fill_between(share, aucs.min(1), aucs.max(1), color=colours[colour], alpha=0.15)
    axis.set(xlabel="women among the training films (%)",
             ylabel=f"test AUC, mean and range of {aucs.shape[1]} draws")  # fmt: skip
    axis.legend(frameon=False)
    ends = ", ".join(f"in {name} from {a.mean(1)[0]:.2f} to {a.mean(1)[-1]:.2f}"
                     for name, a in out.items())  # fmt: skip
    show(figure, f"Test AUC as the share of women in training rises from 0 to 100 %: {ends}",
         run.caption(), "SIMULATED")  # fmt: skip
    return out


def two_hospitals(films: Any = None, train_at: str | None = None) -> TwoSites | None:
    """Train at one hospital, test at the others, and read the hospital from the pixels.

    Parameters
    ----------
    films : Cohort, optional
        With a column ``site``; by default the learner's own, where the lesson is open with them.
    train_at : str, optional
        Where to train; by default where most can be learnt.

    Returns
    -------
    TwoSites or None
        None, and one sentence, where two hospitals cannot be compared.
    """
    if films is None and data.mode() in (None, *MODES):
        print(FOR_OWN)
        return None
    try:
        found = two_sites(films or data.load("nih-1000", size=OWN_SIZE), train_at)
    except OneHospital as problem:
        print(problem)
        return None
    rows = found.estimates()
    estimates(
        rows,
        alt=f"Two hospitals, trained at {found.home.name}: "
        + "; ".join(f"{name} {one.short()}" for name, one in rows.items()),
        axis="share or AUC, 95 % interval by patient",
        line=0.5,
    )
    print(found)
    return found
