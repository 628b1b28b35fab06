"""Lesson 12's figures and stacks: nodules to measure, readers, outlines, growth, a risk score."""

from __future__ import annotations

from typing import Any

import numpy as np

from readingroom import simulator
from readingroom.assess import calibration, growth
from readingroom.assess.metrics import Estimate
from readingroom.data.origin import of_course, tag_of
from readingroom.data.volumes import Volume
from readingroom.kernel.session import current
from readingroom.lessons.l12 import films as counted, growing, segment
from readingroom.lessons.l12.films import Grown, Readers
from readingroom.show.figures import _axes, axes, colours, show
from readingroom.show.intervals import draw_rows
from readingroom.show.stacks import stack

WINDOW = (0.5, 0.9)  # centre and width, in greys of 0 to 1
SHOWN = "59_nod7_ann0"  # whose outlines and whose growth are shown
LOOKS = {"threshold": ("o", "grey"), "region": ("s", "blue"), "network": ("^", "orange"),
         "reader, diameter": ("D", "black")}  # fmt: skip


def measure(name: str, second: bool = False) -> None:
    """Six nodules to scroll, each with a line to be drawn.

    Parameters
    ----------
    name : str
        The variable that the lines fill.
    second : bool
        In another order, mirrored.
    """
    six = counted.six()
    volumes, titles = counted.sitting(six, second)
    stack(
        volumes,
        titles,
        alt="Axial slices through the middle of six small cubes of lung, one nodule in each.",
        name=name,
        draw="line",
        window=WINDOW,
        start=counted.MIDDLE,
        caption="Voxels of 1 mm.",
        tag=six[0].tag,
    )


def mine(first: object, again: object) -> np.ndarray:
    """The learner's two sittings beside four readers' diameters; the differences, mm, (6,).

    Parameters
    ----------
    first, again : array-like, (6, 5)
        Lines: slice, row, column, row, column.
    """
    one, two = counted.lengths(first), counted.lengths(again, second=True)
    four = counted.four_of_six(current().mode)
    tag = counted.six()[0].tag
    figure, axis = axes(7.6, 3.4)
    for k in range(len(one)):
        axis.plot([k - 0.12] * 4, four[k], "o", mfc="none", color=colours["blue"],
                  label=None if k else "four readers")  # fmt: skip
        axis.plot([k + 0.12] * 2, [one[k], two[k]], "s-", color=colours["orange"],
                  label=None if k else "you, twice")  # fmt: skip
    axis.set(xticks=range(len(one)), xlabel="nodule", ylabel="longest diameter (mm)")
    axis.set_ylim(0, max(four.max(), one.max(), two.max()) * 1.15)
    axis.legend(frameon=False, fontsize=9)
    told = "; ".join(
        f"nodule {k}: you {one[k]:.1f} and {two[k]:.1f}, readers {four[k].min():.1f} to "
        f"{four[k].max():.1f} mm" for k in range(len(one))
    )  # fmt: skip
    who = "Four simulated readers." if tag == "SIMULATED" else "Four radiologists, no names."
    show(figure, f"Two own measurements beside those of four readers. {told}", who, tag)
    print("nodule  first  again  difference   (mm)")
    for k in range(len(one)):
        print(f"{k:6}  {one[k]:5.1f}  {two[k]:5.1f}  {two[k] - one[k]:+10.1f}")
    return two - one


def between_readers(found: Readers) -> None:
    """Limits between two readers, by size, for the longest diameter and for the rules' mean."""
    rows: dict[str, Estimate] = {}
    for name, values in (("longest", found.long), ("mean of long and short", found.mean)):
        rows |= {f"{size}, {name}": one for size, one in counted.between(found, values).items()}
    figure, axis = axes(8.0, 3.0)
    draw_rows(axis, rows, line=counted.DIAMETER_CUT, digits=1)
    axis.set_xlabel("95 % limits between two readers: ± mm (line: growth cut-off of 1.5 mm)")
    told = "; ".join(f"{name} {one.short(1)}" for name, one in rows.items())
    show(figure, f"How far two readers of one nodule lie apart, by size: {told}",
         f"{len(found)} nodules, four readers each, one scan.", found.tag)  # fmt: skip


def two_readers(one: np.ndarray, other: np.ndarray) -> None:
    """Two readers' outlines of one nodule in the slice where the first drew most."""
    at = int(one.sum(axis=(1, 2)).argmax())
    figure, axis = axes(3.4, 3.2)
    for mask, shade, style in ((one, "blue", "-"), (other, "orange", "--")):
        axis.contour(mask[at], levels=[0.5], colors=[colours[shade]], linestyles=style)
    axis.set_aspect("equal")
    axis.invert_yaxis()
    axis.set(xticks=[], yticks=[])
    tag = counted.readers().tag
    told = f"{one.sum():,} and {other.sum():,} voxels in all slices"
    show(figure, f"Two readers' outlines of one nodule in one slice, full and dashed; {told}.",
         f"a: full, b: dashed; {told}.", tag)  # fmt: skip


def outlined(name: str = SHOWN) -> None:
    """One nodule with the truth and three outlines of it, side by side; loads a network."""
    one = next(n for n in counted.six() if n.name == name)
    click = segment.middle(one.mask)
    net = segment.nets(of_course(current().mode))[0]
    masks = {
        "half of four readers": one.mask, "threshold": segment.threshold(one.image, click),
        "region": segment.region(one.image, click),
        "network": segment.network(one.image, click, net),
    }  # fmt: skip
    stack(
        [one.volume()] * 4,
        list(masks),
        alt="One nodule four times, outlined by readers, by a threshold, by a region that grows "
        "and by a network.",
        window=WINDOW,
        start=click[0],
        outlines=list(masks.values()),
        linked=True,
        tag=one.tag,
        caption="Never for clinical use.",
    )


def three_ways(found: counted.Scored) -> None:
    """Overlap, distance of surfaces and error in volume of three ways of outlining."""
    figure, grid = _axes(1, 3, 9.4, 2.3)
    parts = (("mean Dice", found.dice, 2), ("median surface distance (mm)", found.distance, 1),
             ("median error in volume (share)", found.error, 2))  # fmt: skip
    told = []
    for axis, (label, rows, digits) in zip(grid[0], parts, strict=True):
        draw_rows(axis, rows, line=0.0 if "error" in label else None, digits=digits)
        axis.set_xlabel(label)
        told.append(label + ": " + ", ".join(f"{k} {v.short(digits)}" for k, v in rows.items()))
    show(figure, f"Three ways of outlining twelve test nodules. {'; '.join(told)}",
         "Twelve nodules of twelve patients; the network is the mean of five.",
         tag_of(found.films, "REAL CT"))  # fmt: skip
    print("Network less region, Dice of the same nodules:", found.gain)
    if found.empty:
        print(f"In {found.empty} of {5 * found.dice['network'].n} outlines the networks marked "
              "nothing: Dice 0, and no surface to measure from.")  # fmt: skip


def before_after(share: float = 0.25, name: str = SHOWN) -> None:
    """The same nodule and its enlarged copy, scrolling together; the growth is planted."""
    one = next(n for n in counted.six() if n.name == name)
    earlier, later = (
        growing.grown(one.image, one.mask, by, np.random.default_rng([12, k]))
        for k, by in enumerate((0.0, share))
    )
    stack(
        [Volume(earlier), Volume(later)],
        ["earlier", f"later: volume + {share:.0%}, planted"],
        alt=f"The same nodule twice; on the right its volume is larger by {share:.0%}.",
        window=WINDOW,
        start=segment.middle(one.mask)[0],
        linked=True,
        caption="Growth, shift and noise are ours.",
        tag=one.tag,
    )


def calls(found: Grown) -> None:
    """Share of nodules called grown, by planted growth: software, and two readers' diameters."""
    figure, axis = axes(7.6, 3.6)
    told = []
    for k, (who, rows) in enumerate(found.called.items()):
        mark, shade = LOOKS[who]
        at = 100 * found.growth + 0.5 * (k - 1)
        value = np.array([one.value for one in rows])
        ends = np.array(
            [[one.value - one.lo for one in rows], [one.hi - one.value for one in rows]]
        )
        axis.errorbar(at, value, yerr=ends, fmt=f"{mark}-", color=colours[shade], capsize=2,
                      label=who if "reader" in who else f"{who}, volume")  # fmt: skip
        told.append(
            f"{who} "
            + ", ".join(
                f"{share:.0%}: {one.value:.2f}"
                for share, one in zip(found.growth, rows, strict=True)
            )
        )
    axis.set(xlabel="planted growth in volume (%)", ylabel="share called grown", ylim=(-0.03, 1.03))
    axis.legend(frameon=False, fontsize=9)
    show(figure, f"Who calls growth, by planted growth. {'; '.join(told)}",
         "Twelve nodules. Reader: simulated from the measured limits.",
         tag_of(found.films, "REAL CT, planted growth"))  # fmt: skip


def three_exams() -> None:
    """Five lesions, then four, then five again, on simulated films of one patient."""
    found = counted.followed()
    figure, grid = _axes(1, 3, 9.4, 3.6)
    parts: list[tuple[str, Any, list[str]]] = [
        ("first examination", list(found.first.values()), list(found.first)),
        ("second", found.second, [str(k + 1) for k in range(len(found.second))]),
        ("third", found.third, [str(k + 1) for k in range(len(found.third))]),
    ]
    for k, (axis, (title, places, names)) in enumerate(zip(grid[0], parts, strict=True)):
        axis.imshow(_with_lesions(places, k), cmap="gray", vmin=0, vmax=255)
        for (row, column), word in zip(places, names, strict=True):
            axis.annotate(word, (column + 5, row - 5), color=colours["sky"], fontsize=11)
        axis.set_title(title, fontsize=10, pad=3)
        axis.set_axis_off()
    show(figure, "Three simulated chest films of one patient with five, four and five round "
         "lesions; letters on the first, numbers on the others.", "", "SIMULATED")  # fmt: skip


def _with_lesions(places: Any, exam: int) -> np.ndarray:
    """A simulated film, moved by breath and position, with round lesions, (240, 240) uint8."""
    from scipy import ndimage

    patient = simulator.Patient.sample(60_120_000)
    visit = simulator.Exam.sample(patient, patient.seed, "Northgate", "PA", ())
    film = simulator.draw(patient, visit, (), 240).image.astype(float)
    down, across, zoom = counted.MOVES[exam]
    from_ = counted.CENTRE - (counted.CENTRE + np.array([down, across])) / zoom
    film = ndimage.affine_transform(film, [1 / zoom] * 2, from_, order=1, cval=0.0)
    rows, columns = np.mgrid[:240, :240]
    for row, column in places:
        film += 60 * np.exp(-((((rows - row) ** 2 + (columns - column) ** 2) / 18) ** 1.5))
    return np.clip(film, 0, 255).astype(np.uint8)


def risk_groups() -> None:
    """What the surgical score says against what happened, in five groups, at two hospitals."""
    found = counted.risk()
    figure, grid = _axes(1, 2, 8.4, 3.6)
    pairs = (("where it was made", found.said, found.happened),
             ("second hospital", found.elsewhere_said, found.elsewhere_happened))  # fmt: skip
    told = []
    for axis, (title, said, happened) in zip(grid[0], pairs, strict=True):
        order = np.array_split(np.argsort(said), 5)
        mean = [float(said[rows].mean()) for rows in order]
        seen = [counted.metrics.share(int(happened[rows].sum()), len(rows)) for rows in order]
        axis.plot([0, 1], [0, 1], "--", color=colours["grey"], lw=1)
        ends = [[e.value - e.lo for e in seen], [e.hi - e.value for e in seen]]
        axis.errorbar(mean, [e.value for e in seen], yerr=ends, fmt="o", color=colours["blue"],
                      capsize=2)  # fmt: skip
        axis.set(xlim=(0, 0.8), ylim=(0, 0.8), xlabel="score says", ylabel="happened", title=title)
        low, slope = calibration.intercept(happened, said), calibration.slope(happened, said)
        told.append(f"{title}: intercept {low.short()}, slope {slope.short()}")
    show(figure, "A simulated surgical score against what happened, five groups of 300 patients; "
         + "; ".join(told), "Simulated patients; the score predicts nothing about anybody.",
         "SIMULATED")  # fmt: skip
    for line in told:
        print(line)


def size_table() -> None:
    """What a growing diameter does to the volume."""
    print("diameter  volume")
    for share in (0.04, 0.08, 0.12, 0.26):
        print(f"{share:+8.0%}  {growth.volume_change(share):+6.0%}")
