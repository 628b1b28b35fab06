"""Checks of lesson 05, "What is it looking at?"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom.assess.metrics import Estimate
from readingroom.explain import pointing_game
from readingroom.lessons.l05 import films, make
from readingroom.models.findings import FINDINGS
from readingroom.questions import kinds
from readingroom.questions.exercises import Exercise, Wrong, no_such_reason

# Exercises whose value a later cell goes on with.
CARRIED = ("your-box-first",)

BOXES_RIGHT = 5  # of 8
FITS = 0.4  # shared by joint area, of a box and the one around the whole finding
PATCH = (16, 32)  # px
ERROR_WITHIN = 0.02  # of f(film) - f(black)
RHO_WITHIN = 0.05
PASSES_BELOW = 0.5
RATE_WITHIN = 0.02
ENOUGH = 0.25


@dataclass(frozen=True)
class Frozen:
    """What lesson 05's checks read: simulated films, the same whichever films the kernel has.

    Attributes
    ----------
    masks, lungs : ndarray, (8, H, W) bool
        Of the films on which boxes are drawn.
    shares : ndarray, (32, 32)
        Integrated gradients from a black film; ``f_film``, ``f_black`` are the two logits.
    rho : dict
        Letter of a kind of map to its rank correlation.
    rate, excess : Estimate
        Pointing game of Grad-CAM over all films with a finding.
    with_negatives : tuple of Estimate
        The same, with the films without a finding counted as misses.
    by_finding : list of tuple of Estimate
        The same, over the films of one finding alone.
    mask_peak : tuple of Estimate
        The same, pointing with the outline instead of the map.
    mm : ndarray, (D,)
        Diameters of the size sweep; ``size_hits`` (D, n), ``size_chance`` (D, n); ``spacing``
        mm a pixel.
    on_device : frozenset of int
        Films whose hottest point sits on the drain only; ``right_place`` those on the finding.
    """

    masks: np.ndarray
    lungs: np.ndarray
    shares: np.ndarray
    f_film: float
    f_black: float
    rho: dict
    rate: Estimate
    excess: Estimate
    with_negatives: tuple
    by_finding: list
    mask_peak: tuple
    mm: np.ndarray
    size_hits: np.ndarray
    size_chance: np.ndarray
    spacing: float
    on_device: frozenset

    @property
    def size_excess(self) -> list[Estimate]:
        """Excess over a random point for each diameter."""
        pairs = zip(self.size_hits, self.size_chance, strict=True)
        return [pointing_game.excess(hit, luck) for hit, luck in pairs]


def frozen(mode: str) -> Frozen:
    """Load everything once; all of it is simulated and the same in every mode."""
    eight, maps = films.eight_films(), films.sanity_maps()
    adds, sweep = make.stored_run("adds-up"), make.stored_run("sweep")
    wrong = make.stored_run("wrong-place")
    both, negatives, mask_peak, alone = _pointing(make.stored_run("localise"))
    return Frozen(
        masks=eight.masks,
        lungs=eight.lungs,
        shares=adds["black"].astype(float),
        f_film=float(adds["f_film"]),
        f_black=float(adds["f_black"]),
        rho={letter: maps.rho(letter) for letter in films.SANITY},
        rate=both[0],
        excess=both[1],
        with_negatives=negatives,
        by_finding=alone,
        mask_peak=mask_peak,
        mm=sweep["diameter"],
        size_hits=sweep["hit"][0],
        size_chance=sweep["chance"],
        spacing=float(sweep["spacing"].mean()),
        on_device=frozenset(np.flatnonzero(wrong["on_device"]).tolist()),
    )


def _pointing(run) -> tuple[tuple, tuple, tuple, list]:
    """Hit rate and excess: right, with negatives, pointing with the outline, and by finding."""
    ill = run["kind"] < len(FINDINGS)
    masks, lungs = (films.unpacked(run[name]) for name in ("mask", "lung"))
    hit = pointing_game.hits(run["cam"].astype(float), masks)
    luck = pointing_game.chance(masks, lungs)

    def pair(hit, luck):
        return pointing_game.rate(hit), pointing_game.excess(hit, luck)

    alone = [pair(hit[run["kind"] == k], luck[run["kind"] == k]) for k in range(len(FINDINGS))]
    outlined = pair(np.ones(ill.sum(), bool), luck[ill])
    return pair(hit[ill], luck[ill]), pair(hit, luck), outlined, alone


# --- your-box-first


def _inside(box: tuple, mask: np.ndarray) -> bool:
    """Whether a box's centre lies in the finding; False where it lies off the film."""
    r, c = (box[0] + box[1]) // 2, (box[2] + box[3]) // 2
    return 0 <= r < mask.shape[0] and 0 <= c < mask.shape[1] and bool(mask[r, c])


def _fits(box: tuple, whole: tuple) -> bool:
    """Whether a box shares most of its area with the one around the whole finding."""
    shared = max(0, min(box[1], whole[1]) - max(box[0], whole[0])) * max(
        0, min(box[3], whole[3]) - max(box[2], whole[2])
    )
    return shared >= FITS * (_area(box) + _area(whole) - shared)


def _hits(answer: list, frozen: Frozen) -> list[int]:
    """Films whose box is on the finding: by its centre, or because it surrounds the finding.

    The centre of a tight box around a crescent of air lies in the lung beside it.
    """
    trio = zip(answer, frozen.masks, _whole(frozen), strict=False)
    return [i for i, (box, mask, whole) in enumerate(trio) if _inside(box, mask) or
            _fits(box, whole)]  # fmt: skip


def _whole(frozen: Frozen) -> list[tuple[int, int, int, int]]:
    """The tight box around each finding."""
    out = []
    for mask in frozen.masks:
        rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
        out.append((int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])))
    return out


def _area(box: tuple) -> int:
    return (box[1] - box[0]) * (box[3] - box[2])


def _too_large(answer: list, frozen: Frozen) -> list[int]:
    """Films whose box is larger than a lung, and than twice the finding's own."""
    lungs = frozen.lungs.sum((1, 2)) * 0.5
    trio = zip(answer, lungs, _whole(frozen), strict=False)
    return [
        i for i, (box, lung, whole) in enumerate(trio) if _area(box) > max(lung, 2 * _area(whole))
    ]


def _in_the_middle(answer: list, frozen: Frozen) -> bool:
    size = frozen.masks.shape[1]
    centres = [((r0 + r1) / 2, (c0 + c1) / 2) for r0, r1, c0, c1 in answer]
    return all(abs(r - size / 2) < 10 and abs(c - size / 2) < 10 for r, c in centres)


def _boxes(answer: list, frozen: Frozen) -> bool:
    if len(answer) != len(frozen.masks) or _too_large(answer, frozen):
        return False
    return len(_hits(answer, frozen)) >= BOXES_RIGHT


def _shifted(frozen: Frozen, by: int = 1) -> list:
    return [(r0 + by, r1 + by, c0, c1) for r0, r1, c0, c1 in films.boxes_around(frozen.masks)]


def _roomy(frozen: Frozen, by: int = 6) -> list:
    """Around the whole finding with some room, as a hand draws it."""
    return [
        (max(0, r0 - by), r1 + by, max(0, c0 - by), c1 + by) for r0, r1, c0, c1 in _whole(frozen)
    ]


def _mirrored(boxes: list, frozen: Frozen) -> list:
    last = frozen.masks.shape[2] - 1
    return [(r0, r1, last - c1, last - c0) for r0, r1, c0, c1 in boxes]


def _columns_first(boxes: list) -> list:
    return [(c0, c1, r0, r1) for r0, r1, c0, c1 in boxes]


def _told_hits(answer: list, frozen: Frozen) -> dict:
    """How many boxes hit, and on which films."""
    found = _hits(answer, frozen)
    films = f" (film {', '.join(map(str, found))})" if found else ""
    return {"k": f"{len(found)} of your 8 boxes{films}"}


BOXES = Exercise(
    slug="your-box-first",
    kind=kinds.boxes(8),
    points=2,
    look=True,
    task="Your box around the finding on eight films, before any map",
    accepts=_boxes,
    reference=lambda frozen: films.boxes_around(frozen.masks),
    also_right=lambda frozen: [
        [list(box) for box in films.boxes_around(frozen.masks)],
        np.array(films.boxes_around(frozen.masks)),
        _shifted(frozen),
        _whole(frozen),
        _roomy(frozen),
    ],
    unfit="Eight boxes in square brackets with commas between them, each in round ones: (first "
    "row, last row, first column, last column), the smaller number first.",
    wrong=(
        Wrong(
            "a film left out",
            lambda frozen: films.boxes_around(frozen.masks)[:7],
            "Boxes given: {n}, for eight films; commit to one on each.",
            matches=lambda answer, frozen: len(answer) != len(frozen.masks),
            facts=lambda answer, frozen: {"n": len(answer)},
        ),
        Wrong(
            "columns before rows",
            lambda frozen: _columns_first(films.boxes_around(frozen.masks)),
            "You gave the columns first. Rows first: first row, last row, first column, last "
            "column.",
            matches=lambda answer, frozen: _boxes(_columns_first(answer), frozen),
        ),
        Wrong(
            "the other side",
            lambda frozen: _mirrored(films.boxes_around(frozen.masks), frozen),
            "Right height, other side: columns count from the left edge of the picture, which is "
            "the patient's right.",
            matches=lambda answer, frozen: _boxes(_mirrored(answer, frozen), frozen),
        ),
        Wrong(
            "whole lung",
            lambda frozen: [(10, 110, 8, 120)] * 8,
            "That box would be right for anything: film {films}. Draw it around the finding.",
            matches=lambda answer, frozen: bool(_too_large(answer, frozen)),
            facts=lambda answer, frozen: {"films": ", ".join(map(str, _too_large(answer, frozen)))},
        ),
        Wrong(
            "the film's centre",
            lambda frozen: [(54, 74, 54, 74)] * 8,
            "On target: {k}; that is the control, not a reading.",
            matches=_in_the_middle,
            facts=_told_hits,
        ),
        Wrong(
            "off target",
            lambda frozen: [(2, 12, 2, 12)] * 8,
            "On target: {k}; 5 are needed. Compare the two lungs of each film.",
            matches=lambda answer, frozen: True,
            facts=_told_hits,
        ),
    ),
    otherwise="At least five of the eight boxes must be on the finding.",
    why="Committed, and on target. Now see what the maps say.",
    comment=lambda answer, frozen: f"On target: {_told_hits(answer, frozen)['k']}.",
    hints=(
        "Trust your eyes: compare the two lungs, then apex, hilum and angles.",
        "Two films have a nodule, two a consolidation, two an effusion, two a pneumothorax.",
    ),
)

# --- patch-size

PATCH_SIZE = Exercise(
    slug="patch-size",
    kind=kinds.number(),
    points=1,
    must=False,
    task="Occlusion patch for a lesion of 24 pixels",
    accepts=lambda answer, frozen: PATCH[0] <= answer <= PATCH[1],
    reference=lambda frozen: 24,
    also_right=lambda frozen: [16, 32.0, np.int64(20)],
    same=lambda one, other, frozen: one == other,
    wrong=(
        Wrong(
            "tiny patch",
            lambda frozen: 4,
            "Too small to hide anything: the map is noise.",
            matches=lambda answer, frozen: answer <= 8,
        ),
        Wrong(
            "huge patch",
            lambda frozen: 96,
            "It hides the lesion from half the film.",
            matches=lambda answer, frozen: answer >= 64,
        ),
        Wrong(
            "a share of the film",
            lambda frozen: 40,
            "It hides the lesion, and much beside it: from where did the score fall?",
            matches=lambda answer, frozen: answer > PATCH[1],
        ),
    ),
    otherwise="It leaves most of the lesion in view, so the score hardly falls.",
    why="Large enough to hide it, small enough to say where.",
    hints=("Think of a thumb on the lightbox.", "About the lesion's own size."),
)

# --- adds-up


def _error(frozen: Frozen) -> float:
    return float(frozen.shares.sum() - (frozen.f_film - frozen.f_black))


def _half_missed(frozen: Frozen) -> float:
    """Half of what is missed, so that "nothing is missed" is no right answer."""
    return abs(_error(frozen)) / 2


def _slack(frozen: Frozen) -> float:
    return ERROR_WITHIN * abs(frozen.f_film - frozen.f_black)


ADDS_UP = Exercise(
    slug="adds-up",
    kind=kinds.number(),
    points=1,
    must=False,
    task="By how much the shares miss the difference of the two outputs",
    accepts=lambda answer, frozen: abs(abs(answer) - abs(_error(frozen))) <= _half_missed(frozen),
    reference=_error,
    also_right=lambda frozen: [
        -_error(frozen),
        float(f"{_error(frozen):.2g}"),
        np.float32(_error(frozen)),
    ],
    same=lambda one, other, frozen: abs(one - other) <= _slack(frozen),
    wrong=(
        Wrong(
            "nothing is missed",
            lambda frozen: 0.0,
            "Almost nothing, and that is the point; but small steps leave a remainder. How large?",
            matches=lambda answer, frozen: abs(answer) < _half_missed(frozen),
        ),
        Wrong(
            "sum of absolute values",
            lambda frozen: float(np.abs(frozen.shares).sum() - (frozen.f_film - frozen.f_black)),
            "Keep the signs.",
        ),
        Wrong(
            "compared with f(film)",
            lambda frozen: float(frozen.shares.sum() - frozen.f_film),
            "That compares with f(film) alone. The shares explain a difference: f(black) counts.",
            matches=lambda answer, frozen: (
                abs(abs(answer) - abs(frozen.shares.sum() - frozen.f_film)) <= _slack(frozen)
            ),
        ),
        Wrong(
            "the sum alone",
            lambda frozen: float(frozen.shares.sum()),
            "That is one side. By how much do shares.sum() and f_film - f_black differ?",
        ),
        Wrong(
            "no bracket",
            lambda frozen: float(frozen.shares.sum() - frozen.f_film - frozen.f_black),
            "The difference is taken off as a whole: put it in brackets, (f_film - f_black).",
        ),
    ),
    otherwise="Sum of the shares, minus the difference of the two outputs.",
    why="The shares are complete, up to the size of the steps.",
    hints=(
        "The sum should be f_film - f_black.",
        "shares.sum() minus the bracket (f_film - f_black).",
    ),
)

# --- sanity


def _read(answer: dict) -> dict[str, tuple[float, str]] | None:
    """Letter to (rho, word), or None where the table has another form."""
    out = {}
    for letter in films.SANITY:
        row = answer.get(letter, answer.get(letter.lower()))
        if not isinstance(row, list) or len(row) != 2:
            return None
        value, word = row
        if not isinstance(value, (int, float)) or not isinstance(word, str):
            return None
        out[letter] = (float(value), word.strip().lower())
    return out


def _verdict(rho: float) -> str:
    return "pass" if rho < PASSES_BELOW else "fail"


def _sanity(answer: dict, frozen: Frozen) -> bool:
    read = _read(answer)
    return read is not None and all(
        abs(value - frozen.rho[letter]) <= RHO_WITHIN and word == _verdict(frozen.rho[letter])
        for letter, (value, word) in read.items()
    )


def _table(frozen: Frozen, word=None) -> dict:
    return {k: (rho, word(k, rho) if word else _verdict(rho)) for k, rho in frozen.rho.items()}


def _first_wrong_pass(answer: dict, frozen: Frozen) -> dict:
    failing = [k for k, rho in frozen.rho.items() if _verdict(rho) == "fail"]
    return {"m": failing[-1]}


def _words(answer: dict) -> list[str]:
    read = _read(answer)
    return [word for _, word in read.values()] if read else []


SANITY = Exercise(
    slug="sanity",
    kind=kinds.table(10),
    points=2,
    task="Rank correlation with the half-erased network, and a verdict, for three kinds of map",
    accepts=_sanity,
    reference=_table,
    also_right=lambda frozen: [
        {k: [round(rho, 2), _verdict(rho).upper()] for k, rho in frozen.rho.items()},
        {k.lower(): (np.float32(rho), _verdict(rho)) for k, rho in frozen.rho.items()},
    ],
    unfit='A table in braces: {"A": (0.1, "pass"), "B": (..., ...), "C": (..., ...)}, '
    "with your own numbers and words.",
    wrong=(
        Wrong(
            "another form",
            lambda frozen: dict(frozen.rho),
            'For each of A, B and C two things in round brackets: its rho, then "pass" or "fail".',
            matches=lambda answer, frozen: _read(answer) is None,
        ),
        Wrong(
            "other words",
            lambda frozen: _table(frozen, lambda k, rho: "yes"),
            'The verdict is one of two words: "pass" or "fail".',
            matches=lambda answer, frozen: not set(_words(answer)) <= {"pass", "fail"},
        ),
        Wrong(
            "all pass",
            lambda frozen: _table(frozen, lambda k, rho: "pass"),
            "Map {m} is the same for a network that knows nothing.",
            matches=lambda answer, frozen: _words(answer) == ["pass"] * 3,
            facts=_first_wrong_pass,
        ),
        Wrong(
            "looks as criterion",
            lambda frozen: _table(frozen, lambda k, rho: "fail" if rho < PASSES_BELOW else "pass"),
            "Sharp is not faithful.",
            matches=lambda answer, frozen: any(
                word == "pass" and _verdict(frozen.rho[letter]) == "fail"
                for letter, (_, word) in (_read(answer) or {}).items()
            ),
        ),
        Wrong(
            "rho of another map",
            lambda frozen: {k: (0.95, v[1]) for k, v in _table(frozen).items()},
            'The verdicts fit, but a rho does not: use rho("A"), rho("B") and rho("C").',
            matches=lambda answer, frozen: (
                _words(answer) == [_verdict(rho) for rho in frozen.rho.values()]
            ),
        ),
    ),
    otherwise="The verdict follows rho: below .5 the map depends on what was learnt.",
    why="A map that survives the erasing never showed what the network knew.",
    hints=(
        'rho("A") gives the number; low correlation is good news here.',
        'Below .5 write "pass", else "fail"; for each letter in round brackets: (rho, word).',
    ),
)

# --- on-target-rate


def _near(answer, right: Estimate) -> bool:
    wanted = (right.value, right.lo, right.hi)
    return all(abs(a - b) <= RATE_WITHIN for a, b in zip(answer, wanted, strict=True))


def _value_near(answer, right: Estimate) -> bool:
    return abs(answer[0] - right.value) <= RATE_WITHIN


def _plain(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.value, estimate.lo, estimate.hi


ON_TARGET = Exercise(
    slug="on-target-rate",
    kind=kinds.tuple_of(kinds.estimate(), kinds.estimate()),
    points=2,
    task="Pointing-game hit rate and its excess over a random point in the lung",
    accepts=lambda answer, frozen: (
        _near(answer[0], frozen.rate) and _near(answer[1], frozen.excess)
    ),
    reference=lambda frozen: (frozen.rate, frozen.excess),
    also_right=lambda frozen: [
        (_plain(frozen.rate), _plain(frozen.excess)),
        [tuple(round(x, 3) for x in _plain(e)) for e in (frozen.rate, frozen.excess)],
    ],
    unfit="Two estimates in brackets: (explain.rate(hit), explain.excess(hit, luck)).",
    wrong=(
        Wrong(
            "the wrong way round",
            lambda frozen: (frozen.excess, frozen.rate),
            "The hit rate first, its excess second.",
            matches=lambda answer, frozen: (
                _value_near(answer[0], frozen.excess) and _value_near(answer[1], frozen.rate)
            ),
        ),
        Wrong(
            "peak of the mask",
            lambda frozen: frozen.mask_peak,
            "You pointed at the answer.",
            matches=lambda answer, frozen: _value_near(answer[0], frozen.mask_peak[0]),
        ),
        Wrong(
            "one finding only",
            lambda frozen: frozen.by_finding[-1],
            "That is one finding alone: hit and luck still hold the last films of the loop above. "
            "Fill in here, then make hit and luck anew.",
            matches=lambda answer, frozen: any(
                _near(answer[0], one[0]) and _near(answer[1], one[1]) for one in frozen.by_finding
            ),
        ),
        Wrong(
            "counted negatives",
            lambda frozen: frozen.with_negatives,
            "Films without a lesion cannot be hit.",
            matches=lambda answer, frozen: _value_near(answer[0], frozen.with_negatives[0]),
        ),
        Wrong(
            "the rate twice",
            lambda frozen: (frozen.rate, frozen.rate),
            "The second number is what is left after chance: take the control off.",
            matches=lambda answer, frozen: _value_near(answer[1], frozen.rate),
        ),
        Wrong(
            "another second number",
            lambda frozen: (frozen.rate, (0.1, 0.05, 0.15)),
            "The hit rate is right. The second number is explain.excess(hit, luck).",
            matches=lambda answer, frozen: _near(answer[0], frozen.rate),
        ),
    ),
    otherwise="Not the rate and excess over all films that have a finding.",
    why="What counts is the second number: it is what the map adds to a dart.",
    hints=(
        'Which films can be hit at all? these = kind != "none"',
        "hit = explain.hits(maps[these], masks[these]); luck likewise with explain.chance.",
    ),
)

# --- how-small


def _smallest(frozen: Frozen) -> float:
    enough = [e.value >= ENOUGH and e.lo > 0 for e in frozen.size_excess]
    return float(frozen.mm[enough.index(True)])


def _row(answer: float, frozen: Frozen) -> int | None:
    found = np.flatnonzero(np.isclose(frozen.mm, answer))
    return int(found[0]) if len(found) else None


def _first_hit(frozen: Frozen) -> float:
    return float(frozen.mm[np.flatnonzero(frozen.size_hits.any(axis=1))[0]])


def _at(answer: float, frozen: Frozen) -> dict:
    row = _row(answer, frozen)
    return {
        "p": f"{frozen.size_chance[row].mean():.2f}",
        "e": frozen.size_excess[row].short(),
        "k": int(frozen.size_hits[row].sum()),
        "n": frozen.size_hits.shape[1],
    }


HOW_SMALL = Exercise(
    slug="how-small",
    kind=kinds.number(),
    points=1,
    must=False,
    task="Smallest nodule on which the map earns .25 over chance",
    accepts=lambda answer, frozen: abs(answer - _smallest(frozen)) < 0.01,
    reference=_smallest,
    also_right=lambda frozen: [int(_smallest(frozen)), np.float64(_smallest(frozen))],
    same=lambda one, other, frozen: abs(one - other) < 0.01,
    wrong=(
        Wrong(
            "smallest with any hit",
            _first_hit,
            "{k} of {n} hit at that size; look at the excess and its interval.",
            matches=lambda answer, frozen: (
                _row(answer, frozen) is not None and abs(answer - _first_hit(frozen)) < 0.01
            ),
            facts=_at,
        ),
        Wrong(
            "pixels",
            lambda frozen: round(_smallest(frozen) / frozen.spacing, 1),
            "That reads like pixels. Give one of the diameters on the axis, in mm.",
            matches=lambda answer, frozen: (
                _row(answer, frozen) is None
                and abs(answer - _smallest(frozen) / frozen.spacing) < 1.5
            ),
        ),
        Wrong(
            "the largest",
            lambda frozen: float(frozen.mm[-1]),
            "It is enough there, but is it the smallest that is?",
            matches=lambda answer, frozen: (
                _row(answer, frozen) is not None and answer > _smallest(frozen)
            ),
        ),
        Wrong(
            "raw rate read",
            lambda frozen: float(frozen.mm[_row(_smallest(frozen), frozen) - 1]),
            "The excess at that size is {e}; .25 is asked for. (A random point alone hits {p}.)",
            matches=lambda answer, frozen: _row(answer, frozen) is not None,
            facts=_at,
        ),
    ),
    otherwise="Give one of the diameters on the axis, in mm.",
    why="Below that size a hot spot says little about a nodule.",
    hints=(
        "Read the lower curve, and its interval.",
        "Go from the left: the first point at or above the dashed line, with its interval above 0.",
    ),
)

# --- wrong-reason

WRONG_REASON = Exercise(
    slug="wrong-reason",
    kind=kinds.indices(8),
    points=2,
    look=True,
    task="Which of eight right calls look at the drain",
    accepts=lambda answer, frozen: set(answer) == frozen.on_device,
    reference=lambda frozen: sorted(frozen.on_device),
    also_right=lambda frozen: [
        set(frozen.on_device),
        np.array(sorted(frozen.on_device)),
        tuple(sorted(frozen.on_device, reverse=True)),
    ],
    wrong=(
        Wrong(
            "none",
            lambda frozen: [],
            "On some films it does. Look where each cross lies.",
            matches=lambda answer, frozen: len(answer) == 0,
        ),
        Wrong(
            "all eight",
            lambda frozen: range(8),
            "Compare each with its outline.",
            matches=lambda answer, frozen: len(set(answer)) == 8,
        ),
        Wrong(
            "a film that is not there",
            lambda frozen: [8],
            "The films are numbered 0 to 7.",
            matches=lambda answer, frozen: bool(set(answer) - set(range(8))),
        ),
        Wrong(
            "a lesion beside a drain",
            lambda frozen: [*frozen.on_device, min(set(range(8)) - frozen.on_device)],
            "On at least one film you ticked both are there, and the peak is on the lesion.",
            matches=lambda answer, frozen: bool(set(answer) - frozen.on_device),
        ),
        Wrong(
            "one missed",
            lambda frozen: sorted(frozen.on_device)[:-1],
            "Right so far; on at least one more film the peak is far from the outline.",
            matches=lambda answer, frozen: set(answer) < frozen.on_device,
        ),
    ),
    otherwise="Tick films by their numbers, 0 to 7.",
    why="Right call, wrong place: the score alone would never have told.",
    hints=(
        "Follow the cross, not the colour.",
        "Is the cross in the blue outline, or well away from it and on the tube?",
    ),
)

# --- is-it-evidence

EVIDENCE = Exercise(
    slug="is-it-evidence",
    kind=kinds.choice(),
    points=2,
    task="What a map that agrees with you lets you conclude",
    accepts=lambda answer, frozen: answer == ("B", 2),
    reference=lambda frozen: ("B", 2),
    also_right=lambda frozen: [("b", 2), ["B", 2.0]],
    unfit='One letter and the number of a reason, 1 to 4: conclude, because = "A", 1',
    wrong=(
        Wrong(
            "finding confirmed",
            lambda frozen: ("A", 1),
            "Maps of random networks also agree sometimes.",
            matches=lambda answer, frozen: answer[0] == "A",
        ),
        Wrong(
            "the AI is useless",
            lambda frozen: ("C", 4),
            "The map is not the prediction.",
            matches=lambda answer, frozen: answer[0] == "C",
        ),
        no_such_reason("B"),
        Wrong(
            "right, wrong reason",
            lambda frozen: ("B", 3),
            "Right conclusion; but why is agreement so cheap?",
            matches=lambda answer, frozen: answer[0] == "B",
        ),
    ),
    otherwise="Choose one of A, B, C and a reason from 1 to 4.",
    why="Without a local hit rate, agreement is what chance and hope look like.",
    hints=(
        "What would disagreement have meant to you?",
        "If you would have explained disagreement away, agreement proves nothing.",
    ),
)

EXERCISES = (
    BOXES, PATCH_SIZE, ADDS_UP, SANITY, ON_TARGET, HOW_SMALL, WRONG_REASON, EVIDENCE,
)  # fmt: skip
