"""What lesson 13 draws: labels and alarms, a knee, a head, vessels, and their curves."""

from __future__ import annotations

import numpy as np

from readingroom.data.origin import SIMULATED, tag_of
from readingroom.data.tables import FINDINGS
from readingroom.data.volumes import Volume
from readingroom.kernel.session import current
from readingroom.lessons.l13 import exams, films as counting, make
from readingroom.models.findings import FINDINGS as FOUR
from readingroom.show.figures import _axes, axes, colours, show
from readingroom.show.intervals import draw_rows
from readingroom.show.stacks import stack

BRAIN, SUBDURAL, BONE = (40.0, 80.0), (75.0, 215.0), (500.0, 2500.0)  # centre and width, HU
LOOKS = {"2.5 to 4 mm": ("o", "orange"), "4 to 5.5 mm": ("s", "green"),
         "5.5 to 7 mm": ("^", "blue"), "all sizes": ("D", "black")}  # fmt: skip
PATIENT = {True: "Cut out or copied from one {}: one patient.", False: "Of one geometric phantom."}


def _tag(found: str, planted: str = "") -> str:
    """What a figure says of its data."""
    word = tag_of(found, found.partition(":")[0])
    if word == "REAL DATA":  # of a stored run, whose banner names the modality next
        word = "REAL " + found.removeprefix("REAL DATA: ").partition(",")[0]
    return f"{word}, {planted}" if planted else word


def _one(found: str, what: str) -> str:
    """A caption: of one patient, or of one phantom; and what is ours."""
    exam, planted = {"knee": ("knee", "tears are"), "vessels": ("angiogram", "bulges are")}[what]
    said = PATIENT[not found.startswith(SIMULATED)].format(exam)
    return f"{said} The {planted} planted, noise is added."


def label_table() -> None:
    """How often each of the fourteen labels is given."""
    held = counting.labels()
    many = held.sum(axis=0)
    order = np.argsort(many)
    figure, axis = axes(7.4, 3.8)
    axis.barh(range(len(order)), 100 * many[order] / len(held), color=colours["blue"])
    axis.set_yticks(range(len(order)), [FINDINGS[k].replace("_", " ") for k in order], fontsize=9)
    for row, k in enumerate(order):
        axis.text(100 * many[k] / len(held) + 0.2, row, f"{many[k]:,}", va="center", fontsize=8)
    axis.set(xlabel="films with the label (%)", xlim=(0, 100 * many.max() / len(held) * 1.15))
    told = ", ".join(f"{FINDINGS[k].replace('_', ' ')} {many[k]:,}" for k in order[::-1])
    show(figure, f"Films with each of fourteen labels, of {len(held):,}: {told}",
         f"{len(held):,} films; labels were mined from reports.", "REAL TABLE")  # fmt: skip


def together(name: str = "Effusion") -> None:
    """What else is on films with one label."""
    held = counting.labels()
    chosen = held[held[:, FINDINGS.index(name)] == 1]
    shares = {FINDINGS[k]: (chosen[:, k].mean(), held[:, k].mean()) for k in range(len(FINDINGS))}
    order = sorted((one for one in shares if one != name), key=lambda one: -shares[one][0])[:5]
    print(f"Of {len(chosen):,} films with the label {name}, and of all {len(held):,}:")
    for one in order:
        with_it, all_ = shares[one]
        print(f"  {one.replace('_', ' '):<16}{with_it:6.1%}   of all {all_:6.1%}")


def per_finding() -> None:
    """AUC of each of four findings, with its interval."""
    rows = counting.finding_aucs()
    figure, axis = axes(7.6, 2.6)
    draw_rows(axis, rows, (0.5, 1.0))
    axis.set_xlabel("AUC, with 95 % interval")
    told = "; ".join(f"{name} {one.short()}" for name, one in rows.items())
    show(figure, f"AUC of four findings, the commonest first, and their mean: {told}",
         f"{len(counting.scored().labels):,} films of adults; mean of five networks.",
         "SIMULATED")  # fmt: skip


def alarms() -> None:
    """How many films without any finding get an alarm, by how many findings are asked for."""
    rows = counting.alarm_shares()
    figure, axis = axes(6.6, 3.2)
    asked = np.arange(1, len(rows) + 1)
    axis.plot(range(1, 15), [1 - counting.SPECIFIC**k for k in range(1, 15)], "--",
              color=colours["grey"], label="computed: independent alarms")  # fmt: skip
    value = np.array([one.value for one, _ in rows])
    ends = [[one.value - one.lo for one, _ in rows], [one.hi - one.value for one, _ in rows]]
    axis.errorbar(asked, value, yerr=ends, fmt="o", color=colours["blue"], capsize=2,
                  label="measured on films without a finding")  # fmt: skip
    axis.set(xlabel="findings asked for, each at a specificity of .95",
             ylabel="films with an alarm or more", ylim=(0, 0.6), xlim=(0.5, 14.5))  # fmt: skip
    axis.legend(frameon=False, fontsize=9)
    told = ", ".join(one.short() for one, _ in rows)
    show(figure, "Share of films without a finding that get at least one alarm. Measured with one "
         f"to four findings: {told}. "
         "The dashed line, computed, rises from .05 with one finding towards one half with 14.",
         "Alarms of " + ", ".join(FOUR) + ".", "SIMULATED")  # fmt: skip


def scroll_knee() -> None:
    """One knee at two echo times, scrolling together; nothing is planted."""
    early, late = exams.knee(current().mode)
    stack(
        [early, late],
        ["early echo", "late echo"],
        alt="Sagittal slices through one knee at two echo times, side by side.",
        start=5,
        linked=True,
        caption="24 slices, 4 mm apart. Nothing is planted here.",
        tag=_tag(early.films),
    )


def planted_knee(number: int = make.SHOWN_TORN) -> None:
    """A copy of the knee with a planted tear beside one without."""
    mode = current().mode
    found, real = exams.knee(mode)[0], exams.real(mode)
    with_, torn = make.knee_copy(found.values, real, number, make.SHOWN_STRENGTH[real])
    without, _ = make.knee_copy(found.values, real, make.SHOWN_PLAIN, 0.0)
    stack(
        [
            Volume(one[make.SHOWN_PART], found.spacing, notes=found.notes)
            for one in (with_, without)
        ],
        ["a tear is planted", "nothing is planted"],
        alt="Two copies of one knee. On the left a bright line was planted into the posterior horn "
        "of a meniscus, in slice " + " and ".join(map(str, sorted(torn))) + ".",
        start=min(torn),
        linked=True,
        caption="The joint, cut out. The tear is planted, noise is added.",
        tag=_tag(found.films, "planted tear"),
    )


def slice_scores() -> None:
    """Slice scores of three copies with a planted tear, and of three without."""
    found = counting.slices_of(current().mode)
    torn = [int(k) for k in np.flatnonzero(found.planted)[2:5]]
    plain = [int(k) for k in np.flatnonzero(~found.planted)[:3]]
    figure, grid = _axes(1, 2, 9.2, 2.8)
    for axis, rows, title in ((grid[0, 0], torn, "a tear is planted"),
                              (grid[0, 1], plain, "nothing is planted")):  # fmt: skip
        for row, mark, shade in zip(rows, "os^", ("orange", "blue", "green"), strict=True):
            axis.plot(found.scores[row], f"{mark}-", ms=4, lw=0.8, color=colours[shade])
            at = np.flatnonzero(found.torn[row])
            axis.plot(at, found.scores[row, at], "o", ms=11, mfc="none", color="black")
        axis.set(title=title, xlabel="slice", ylabel="slice score (SD)",
                 ylim=(-3.5, max(6.0, found.scores[torn].max() + 1)))  # fmt: skip
    show(figure, "Scores of 24 slices for three copies of a knee with a planted tear (left: one or "
         "two torn slices are ringed) and three copies without (right).",
         _one(found.films, "knee"), _tag(found.films, "planted tears"))  # fmt: skip


def exam_scores() -> None:
    """AUC over copies for each way from slices to an exam."""
    rows, _ = counting.ranked()
    figure, axis = axes(7.6, 1.9)
    draw_rows(axis, rows, (0.4, 1.0), line=0.5)
    axis.set_xlabel("AUC over copies of one knee")
    told = "; ".join(f"{name} {one.short()}" for name, one in rows.items())
    found = counting.slices_of(current().mode)
    show(figure, f"How well copies with a planted tear are ranked above copies without: {told}",
         _one(found.films, "knee"), _tag(found.films, "planted tears"))  # fmt: skip


WINDOWS = {"brain": BRAIN, "subdural": SUBDURAL, "bone": BONE}


def scroll_head() -> None:
    """One head CT as it is, with three windows."""
    found = exams.head(current().mode)
    stack(
        found,
        alt="Axial slices through one head CT without contrast, brain window.",
        window=BRAIN,
        windows=WINDOWS,
        start=16,
        caption="Nothing is planted here.",
        tag=_tag(found.films),
    )


def planted_head() -> None:
    """The head with a bleed that we planted in its upper half."""
    found = counting.bled()
    at = int(found.areas.argmax())
    stack(
        found.head,
        alt="The same head; a bright oval was planted on the patient's right, largest in slice "
        f"{at}.",
        window=SUBDURAL,
        windows=WINDOWS,
        start=at,
        outlines=[found.mask],
        caption="The bleed is planted.",
        tag=_tag(found.head.films, "planted bleed"),
    )
    print("slice  place along the normal (mm)  bleed (mm²)")
    for k in np.flatnonzero(found.areas):
        print(f"{k:5}  {found.head.positions[k]:27.1f}  {found.areas[k]:11.0f}")


def find_it(name: str) -> None:
    """Four cut-outs of the angiogram to scroll, each with one planted bulge to be marked."""
    volumes = counting.searched_of(current().mode)
    stack(
        volumes,
        [f"cut-out {k}" for k in range(len(volumes))],
        alt="Axial slices through four small cut-outs of an angiogram; vessels are bright.",
        name=name,
        draw="point",
        window=(90.0, 180.0),
        caption="One round bulge is planted in each, 5 to 7 mm wide.",
        tag=_tag(volumes[0].films, "planted bulges"),
        width=330,
    )


def froc() -> None:
    """Share of planted bulges found against false marks a cut-out, by size."""
    found = counting.read()
    figure, axis = axes(7.2, 3.8)
    told = []
    columns = [counting.by_size(found, rate) for rate in counting.RATES]
    for k, (name, (mark, shade)) in enumerate(LOOKS.items()):
        rows = [column[name] for column in columns]
        value = np.array([one.value for one in rows])
        ends = [[one.value - one.lo for one in rows], [one.hi - one.value for one in rows]]
        at = np.arange(len(rows)) + 0.08 * (k - 1.5)
        axis.errorbar(at, value, yerr=ends, fmt=f"{mark}-", color=colours[shade], capsize=2,
                      label=f"{name} (n = {rows[0].n})")  # fmt: skip
        told.append(f"{name}: {rows[0].value:.2f} to {rows[-1].value:.2f}")
    axis.set_xticks(range(len(counting.RATES)), [f"{rate:g}" for rate in counting.RATES])
    axis.set(xlabel="false marks a cut-out", ylabel="share of planted bulges found", ylim=(0, 1.03))
    axis.legend(frameon=False, fontsize=9, loc="lower right")
    show(figure, f"FROC: bulges found, from {counting.RATES[0]} to {counting.RATES[-1]:g} false "
         f"marks a cut-out, by size. {'; '.join(told)}",
         _one(found.films, "vessels"), _tag(found.films, "planted bulges"))  # fmt: skip


def denominators() -> None:
    """The same marks counted by bulge, and by cut-out in two ways."""
    rows = counting.counted()
    figure, axis = axes(7.6, 1.9)
    draw_rows(axis, rows, (0.0, 1.03))
    axis.set_xlabel("share, at half a false mark a cut-out")
    told = "; ".join(f"{name} {one.short()}" for name, one in rows.items())
    films = counting.read().films
    show(figure, f"One program, the same marks, three denominators: {told}",
         _one(films, "vessels"), _tag(films, "planted bulges"))  # fmt: skip


def verdict_table() -> None:
    """What an audit asks of the three results of this lesson, and what they can answer."""
    found, knee = counting.read(), counting.slices_of(current().mode)
    rows = [("", "four findings", "knee", "vessels"),
            ("what is counted", "films", "copies", "bulges"),
            ("how many", f"{len(counting.scored().labels):,}", str(len(knee.scores)),
             str(len(found.found))),
            ("patients", f"{len(np.unique(counting.scored().patient)):,} virtual",
             *(("a phantom",) * 2 if found.films.startswith(SIMULATED) else ("1", "1"))),
            ("tested elsewhere", "no", "no", "no"),
            ("what may be said", "how it is counted", "how it is counted", "how it is counted"),
            ("of your patients", "nothing", "nothing", "nothing")]  # fmt: skip
    for row in rows:
        print("".join(f"{part:<20}" for part in row).rstrip())
