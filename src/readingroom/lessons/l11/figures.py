"""Lesson 11's figures: PET at fewer counts, denoisers, spots erased and made, k-space."""

from __future__ import annotations

from typing import Any

import numpy as np

from readingroom.data import kspace as raw, pixels, slices, tumours
from readingroom.data.origin import of_course
from readingroom.data.tumours import Tumour
from readingroom.dicom import suv
from readingroom.kernel.session import current
from readingroom.lessons.l11 import counts, denoise, detecting, films as counted, kspace, squares
from readingroom.lessons.l11.films import Found, Measured, Painted
from readingroom.show.figures import _axes, axes, colours, show
from readingroom.show.intervals import draw_rows
from readingroom.show.stacks import stack
from readingroom.show.tables import table

PET = "gray_r"  # as PET is read: uptake black on white
TOP = 5.0  # SUV that is black, at most
SEEN = 19  # row of the test tumour that is shown first: see test_l11
NOISE_SEED = (11, 3)


def _mode() -> str:
    return of_course(current().mode)


def _pet(axis: Any, values: np.ndarray, spacing: tuple[float, ...], top: float, title: str) -> None:
    axis.imshow(values, cmap=PET, vmin=0, vmax=top, interpolation="bicubic",
                aspect=spacing[1] / spacing[2])  # fmt: skip
    axis.set_title(title, fontsize=9, pad=3)
    axis.set_axis_off()


def slice_picture() -> None:
    """The PET slice whose header is read, in SUV, its hottest voxel marked."""
    one = slices.one("sts-wholebody-pet", _mode(), number=1)
    values = _body(suv.suv(one.header))
    row, column = np.unravel_index(int(values.argmax()), values.shape)
    figure, axis = axes(4.6, 3.4)
    drawn = axis.imshow(values, cmap=PET, vmin=0, vmax=TOP, interpolation="bicubic")
    axis.plot(column, row, "o", ms=14, mfc="none", mec=colours["orange"], mew=1.5)
    axis.set_axis_off()
    figure.colorbar(drawn, ax=axis, shrink=0.85).set_label("SUV", fontsize=9)
    what = "both thighs, a tumour in one" if not one.simulated else "a drawn oval, a bright spot"
    show(
        figure,
        f"One axial PET slice, uptake dark on white: {what}; a ring around the hottest voxel.",
        "Ring: the hottest voxel.",
        "SIMULATED" if one.simulated else "REAL PET",
    )


def _body(values: np.ndarray, rim: int = 5) -> np.ndarray:
    """The part of a slice that holds the body, and a few voxels of air around it."""
    rows, columns = np.nonzero(values > 0.15)
    return values[max(0, rows.min() - rim) : rows.max() + rim + 1,
                  max(0, columns.min() - rim) : columns.max() + rim + 1]  # fmt: skip


def _low(one: Tumour, fraction: float) -> np.ndarray:
    return counts.lowered(one, fraction, np.random.default_rng(NOISE_SEED))


def show_doses() -> None:
    """One tumour at all, a half and a quarter of the counts, scrolling together."""
    one = counted.tumour(SEEN)
    volumes = [one.volume()] + [one.volume(_low(one, f)) for f in counted.FRACTIONS]
    top = float(one.suv[one.mask].max())
    stack(
        volumes,
        ["all counts", "a half, added noise", "a quarter, added noise"],
        alt="One tumour three times, at all, a half and a quarter of the counts; the tissue around "
        "it grows grainier.",
        window=(1.5, 3.0),
        windows={"tissue": (1.0, 2.0), "tumour": (top / 2, top)},
        start=detecting.brightest(one),
        linked=True,
        tag=one.tag,
        caption="The noise is added by us.",
    )


def noise_curve(found: Measured) -> None:
    """Relative noise, and what noise alone does to SUVmax, by share of the counts."""
    rows = counted.relative_noise(found)
    figure, grid = _axes(1, 2, 9.0, 2.6)
    draw_rows(grid[0, 0], rows, digits=2)
    grid[0, 0].set_xlabel("SD over mean of muscle, median")
    rise = {f"{word} of the counts": found.median(column, "rise") for word, column in
            zip(("a half", "a quarter"), found.rise.T, strict=True)}  # fmt: skip
    draw_rows(grid[0, 1], rise, line=0.0)
    grid[0, 1].set_xlabel("change of SUVmax by noise alone, median (share)")
    told = "; ".join(f"{k} {v.short()}" for k, v in {**rows, **rise}.items())
    show(figure, f"Noise of muscle and change of SUVmax by share of the counts: {told}.",
         "25 patients. The noise is added by us.", found.tag)  # fmt: skip


def _cleaned(one: Tumour, low: np.ndarray, method: str) -> np.ndarray:
    if method == "low":
        return low
    if method == "gaussian":
        return denoise.gaussian(low, one)
    if method == "non-local":
        return denoise.non_local(low, one, 0.25)
    return denoise.network(low, denoise.nets(_mode(), method)[0])


def three_pictures(told: bool = False) -> None:
    """One slice by three denoisers, called A, B and C; `told` says which is which."""
    one = counted.tumour(SEEN)
    low, at = _low(one, 0.25), detecting.brightest(one)
    figure, grid = _axes(1, 4, 9.4, 2.8)
    top = min(TOP, float(one.suv[one.mask].max()) / 2)
    _pet(grid[0, 0], low[at], one.spacing, top, "a quarter of the counts")
    for axis, (letter, method) in zip(grid[0, 1:], counted.LETTERS.items(), strict=True):
        title = f"{letter}: {counted.NAMES[method]}" if told else letter
        _pet(axis, _cleaned(one, low, method)[at], one.spacing, top, title)
    names = ", ".join(f"{k} is {counted.NAMES[m]}" for k, m in counted.LETTERS.items())
    show(figure, "A slice through a tumour at a quarter of the counts, then denoised in three "
         f"ways, A, B and C{': ' + names if told else ''}.", "Added noise. Never for clinical use.",
         one.tag)  # fmt: skip


def measure_rows(found: Measured) -> None:
    """What each measure says of each method: of the picture, and of the tumour."""
    methods = counted.METHODS[1:]
    figure, grid = _axes(2, 2, 9.6, 4.6)
    parts: list[tuple[str, dict]] = [
        ("PSNR, less that of the noisy picture (dB)",
         {counted.NAMES[m]: found.gain(m, 0) for m in methods}),
        ("SSIM, less that of the noisy picture",
         {counted.NAMES[m]: found.gain(m, 1) for m in methods}),
        ("contrast, change (share, median)",
         {counted.NAMES[m]: found.median(found.change[m][:, 3]) for m in methods}),
        ("SUVmax, change (share, median)",
         {counted.NAMES[m]: found.median(found.change[m][:, 0]) for m in methods}),
    ]  # fmt: skip
    told = []
    for axis, (label, rows) in zip(grid.ravel(), parts, strict=True):
        draw_rows(axis, rows, line=0.0, digits=2)
        axis.set_xlabel(label, fontsize=9)
        told.append(f"{label}: " + ", ".join(f"{k} {v.short()}" for k, v in rows.items()))
    show(figure, f"Four measures of four denoised pictures. {'; '.join(told)}.",
         "25 patients, a quarter of the counts.", found.tag)  # fmt: skip


def worst_picture(found: Measured) -> None:
    """The tumour that suffers most under the picture that both picture measures call better."""
    row = counted.worst(found)
    one = counted.tumour(row)
    low = _low(one, 0.25)
    smooth, at = _cleaned(one, low, "non-local"), detecting.brightest(one)
    figure, grid = _axes(1, 3, 8.6, 3.6)
    top = float(one.suv[one.mask].max())
    for axis, (title, values) in zip(
        grid[0],
        (("all counts", one.suv), ("a quarter", low), ("non-local means", smooth)),
        strict=True,
    ):
        said = f"{title}\nSUVmax {values[one.mask].max():.1f}"
        _pet(axis, values[at], one.spacing, 0.8 * top, said)
    top_loss, peak_loss = found.change["non-local"][row, :2]
    gain = found.picture["non-local"][row] - found.picture["low"][row]
    told = (f"SUVmax {top_loss:+.0%}, SUVpeak {peak_loss:+.0%}, PSNR {gain[0]:+.1f} dB, "
            f"SSIM {gain[1]:+.2f}")  # fmt: skip
    show(figure, "The tumour that loses most SUVpeak under non-local means, at all counts, at a "
         f"quarter, and denoised. In the stored run: {told}.", f"In the stored run: {told}.",
         one.tag + ("" if one.simulated else ", added noise"))  # fmt: skip


def versions_picture(found: Measured) -> None:
    """SUVmax by two versions of one network, tumour by tumour."""
    figure, axis = axes(7.4, 3.2)
    order = np.argsort(found.ml)
    rows = {"1": ("s", "blue"), "2": ("o", "orange")}
    for k, (version, (mark, shade)) in enumerate(rows.items()):
        values = found.seeds[order, k].mean(axis=1)
        axis.plot(np.arange(len(order)) + 0.2 * k, 100 * values, mark, color=colours[shade],
                  label=f"version {version}")  # fmt: skip
    axis.axhline(0, color=colours["grey"], lw=1)
    axis.set(xlabel="25 tumours, smallest first", ylabel="change of SUVmax (%)", xticks=[])
    axis.legend(frameon=False, fontsize=9, ncols=2, loc="lower left", bbox_to_anchor=(0, 1))
    told = "; ".join(f"version {v}: {found.median(found.seeds[:, k].mean(axis=1)).short()}"
                     for k, v in enumerate(rows))  # fmt: skip
    show(figure, f"Change of SUVmax of 25 tumours under two versions of one network, medians as "
         f"shares, {told}.", "Mean of five networks each; version 1 was trained on two thirds, "
         "version 2 on a tenth of the counts.", found.tag)  # fmt: skip


def found_rows(found: Found) -> None:
    """How well a model reader finds planted faint spots, by method."""
    figure, grid = _axes(1, 2, 9.6, 2.8)
    draw_rows(grid[0, 0], found.auc)
    grid[0, 0].set_xlabel("AUC of a model reader")
    draw_rows(grid[0, 1], found.gain, line=0.0)
    grid[0, 1].set_xlabel("less that on the noisy picture")
    told = "; ".join(f"{name} {one.short()}" for name, one in found.auc.items())
    show(figure, f"AUC of a model reader for planted faint spots: {told}.",
         "25 patients, about 12 places each, with and without a spot. The spots are planted.",
         found.tag)  # fmt: skip


def erased_picture(found: Painted) -> None:
    """A real tumour as two painters see it: one that never saw any, and one that did."""
    row = SEEN
    one = counted.tumour(row)
    at = detecting.brightest(one)
    low = detecting.very_low(one, row)
    place = squares.at_tumour(one, at)
    shown, true = (squares.cut(values[at], *place) for values in (low, one.suv))
    nets = {name: denoise.nets(_mode(), name)[0] for name in denoise.PAINTERS}
    pictures = [("all counts", true), ("a thousandth, added noise", shown)]
    pictures += [
        (f"trained on\n{name}", denoise.painted(shown, net))
        for name, net in (("slices without tumours", nets["no tumours"]), ("both", nets["both"]))
    ]
    figure, grid = _axes(1, 4, 9.4, 2.9)
    top = 0.8 * float(true.max())
    for axis, (title, values) in zip(grid[0], pictures, strict=True):
        _pet(axis, values, one.spacing, top, title)
    rows = {name: found.of(found.kept[:, k, 0], "uptake kept")
            for k, name in enumerate(denoise.PAINTERS)}  # fmt: skip
    told = "; ".join(f"trained on {name}: {one_.short()}" for name, one_ in rows.items())
    show(
        figure,
        "A tumour at all and at a thousandth of the counts, and as two networks rebuild "
        f"it. Share of its uptake that is kept, 25 patients, {told}.",
        "Never for clinical use.",
        one.tag + ("" if one.simulated else ", added noise"),
    )


def show_eight(told: bool = False) -> None:
    """Eight rebuilt slices with a bright spot on the left; `told` adds what was there."""
    spots = counted.eight_of(_mode())
    ones = tumours.load([counted.test_names()[spot.row] for spot in spots], _mode())
    net = denoise.nets(_mode(), "tumours left")[0]
    figure, grid = _axes(4 if told else 2, 4, 9.0, 9.6 if told else 5.0)
    plates = []
    for k, (spot, one) in enumerate(zip(spots, ones, strict=True)):
        low = detecting.very_low(one, spot.row)[spot.slice]
        place = squares.in_middle(one) if spot.made else squares.at_tumour(one, spot.slice)
        made = denoise.painted(squares.cut(low, *place), net)
        line = (k // 4) * (2 if told else 1)
        _pet(grid[line, k % 4], made, one.spacing, 4.0, f"{k}")
        plates.append(grid[line, k % 4])
        if told:
            true = squares.cut(one.suv[spot.slice], *place)
            _pet(grid[line + 1, k % 4], true, one.spacing, 4.0, f"{k}: all counts")
    alt = (
        "Eight slices as a network rebuilt them, numbered 0 to 7, each with a dark spot on the left"
    )
    show(figure, alt + (", and below each the same slice with all its counts." if told else "."),
         "Black: SUV 4 and more. Rebuilt from a thousandth of the counts. Never for clinical use.",
         ones[0].tag + ("" if ones[0].simulated else ", added noise"),
         plates=plates)  # fmt: skip


def _knee() -> tuple[np.ndarray, slices.Slice]:
    one = slices.one("knee-mr", _mode())
    values = np.asarray(pixels.stored(one.header), float)
    return np.clip(values / np.percentile(values, 99.8), 0, 1.2), one


def knee_picture() -> tuple[float, float]:
    """One knee slice, a quarter of its lines, filled in; the error of the easy and the harder way.

    Returns
    -------
    easy, harder : float
        Root mean square error, share of the picture's own.
    """
    picture, one = _knee()
    easy, harder = kspace.rebuilt(picture, True), kspace.rebuilt(picture, False)
    figure, grid = _axes(1, 4, 9.6, 2.9)
    rest = [
        ("the slice", picture),
        ("a quarter of the lines", easy.empty),
        ("filled in, the easy way", easy.filled),
        ("filled in, phase\nand noise added", harder.filled),
    ]
    for axis, (title, values) in zip(grid[0], rest, strict=True):
        axis.imshow(values, cmap="gray", vmin=0, vmax=1, interpolation="bicubic")
        axis.set_title(title, fontsize=9, pad=3)
        axis.set_axis_off()
    show(
        figure,
        "A sagittal knee slice; the same from a quarter of the lines of k-space, with "
        "stripes; filled in from a clean magnitude picture; and filled in after phase and noise "
        f"were added. Errors {easy.error('empty'):.3f}, {easy.error('filled'):.3f} and "
        f"{harder.error('filled'):.3f} of the picture.",
        "One slice of one person: no interval.",
        "SIMULATED" if one.simulated else "REAL MR",
    )
    return easy.error("filled"), harder.error("filled")


def show_brain() -> None:
    """Raw data of eight coils: which points were measured, and the picture they give."""
    one = raw.brain(_mode())
    figure, grid = _axes(1, 2, 6.4, 3.6)
    grid[0, 0].imshow(one.measured, cmap="gray", interpolation="nearest")
    grid[0, 0].set_title(f"measured points: {one.measured.mean():.0%}", fontsize=9)
    picture = kspace.combined(one.points)
    grid[0, 1].imshow(picture, cmap="gray", vmin=0, vmax=np.percentile(picture, 99.5),
                      interpolation="bicubic")  # fmt: skip
    grid[0, 1].set_title("the other points left at 0", fontsize=9)
    for axis in grid[0]:
        axis.set_axis_off()
    show(figure, "Left the measured points of k-space, denser in the middle; right an axial brain "
         "slice of eight coils, blurred and grainy, since seven of eight points are missing.",
         "No full measurement exists: nobody can say how wrong this is.", one.tag)  # fmt: skip


def contrast_rows() -> None:
    """Error of the restored enhancement, by lesion and dose: a table and a figure."""
    found = counted.contrast()
    figure, axis = axes(7.6, 3.4)
    for k, (size, strength) in enumerate(zip(found.diameter, found.strength, strict=True)):
        large, faint = size >= counted.LARGE, strength < 0.25
        shade = "orange" if faint else "blue"
        axis.plot(100 * found.doses, 100 * found.error[:, k], ("o" if large else "^") + "-",
                  color=colours[shade], alpha=1 if large else 0.5, ms=5,
                  mfc=colours[shade] if large else "none")  # fmt: skip
    axis.axhline(-100 * counted.ERROR, color=colours["grey"], ls="--", lw=1)
    axis.set(xlabel="share of the contrast agent (%)", ylabel="error of the enhancement (%)",
             xticks=100 * found.doses)  # fmt: skip
    show(
        figure,
        "Error of the restored enhancement of ten lesions at four doses: the faint ones, "
        "orange, and the small ones, triangles, come back least.",
        "Orange: faint. Triangles: below 10 mm. Dashed: 6 % too little.",
        "SIMULATED",
    )
    rows = [
        [f"{found.diameter[k]:.0f} mm", f"{found.strength[k]:.2f}"]
        + [
            f"{value:+.1%} ({low:+.1%} to {high:+.1%})"
            for value, (low, high) in zip(found.error[:, k], found.ends[:, k], strict=True)
        ]
        for k in np.argsort(found.diameter, kind="stable")
    ]
    head = ["lesion", "enhancement", *(f"{dose:.0%} of the agent" for dose in found.doses)]
    table(head, rows, "Error of the restored enhancement of ten lesions at four doses")
    large = found.error[:, found.large].mean(axis=1)
    print(
        "mean of those of 10 mm and more: "
        + ", ".join(f"{dose:.0%} {one:+.0%}" for dose, one in zip(found.doses, large, strict=True))
    )
