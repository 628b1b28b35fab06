"""Checks of lesson 06, "Bias pitfalls"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom import data
from readingroom.assess import metrics, operating, subgroups
from readingroom.assess.metrics import Estimate
from readingroom.kernel import stored
from readingroom.lessons.l06 import films as sheets, shortcuts
from readingroom.lessons.l06.shortcuts import plant_block
from readingroom.lessons.l06.subgroups import Adults, adults
from readingroom.models.pixels import PixelRegression, pixel_regression
from readingroom.questions import builders as ask, kinds, offers, wordings

# Exercises whose value a later cell goes on with.
CARRIED = ("missed-by-group",)

THRESHOLD = 0.5  # calls of the pixel regression
IOU = 0.3
FLIP_WITHIN = 0.01
VIEW_WITHIN = 0.005  # label and score in each other's place lie outside
INTERVAL_WITHIN = 0.03  # each end; an interval that counts films in place of patients lies outside
GAP_WITHIN = 0.005  # narrower than the interval's ends: pooled minus AP must not slip through
BOUNDS_WITHIN = 0.04
RATE_WITHIN = 0.01
TWIN_WITHIN, TWIN_ENDS_WITHIN = 0.01, 0.03
REPAIRED_SHARE = 0.2  # of what the habit cost; a coin thrown for 400 films never falls quite even
MAY_GAIN = 0.04  # AUC above the clean model; a repair gains nothing, training on test films does
MAY_COST = 0.06  # AUC on unmarked films that a repair may lose against the clean model


@dataclass(frozen=True)
class Frozen:
    """What lesson 06's checks read; every model here is fitted to frozen films, the same each time.

    Attributes
    ----------
    box : tuple of int
        The letter on the film asked about.
    ours : shortcuts.Hospital
    clean, shortcut : PixelRegression
    before, after : ndarray, (n,)
        Scores of all test films without and with the block, by the shortcut model.
    folk : Adults
    table : DataFrame
        Miss rates by group.
    total : Estimate
        Miss rate of all ill films.
    gap : Estimate
        AUC in PA minus AUC in AP.
    twins : ndarray, (P, 2, 2)
        Scores of the first network with the habit: patient, lesion, letter.
    """

    box: tuple[int, int, int, int]
    ours: shortcuts.Hospital
    clean: PixelRegression
    shortcut: PixelRegression
    before: np.ndarray
    after: np.ndarray
    folk: Adults
    table: object
    total: Estimate
    gap: Estimate
    twins: np.ndarray


def frozen(mode: str) -> Frozen:
    """Load everything once for one mode."""
    # own films may be too few for a right answer to come out, so these questions never use them
    films = data.load("children", size=28, mode=shortcuts.course_mode(mode))
    ours = shortcuts.hospital(films)
    clean = pixel_regression(ours.bare_films, ours.train_labels)
    shortcut = pixel_regression(ours.train_films, ours.train_labels)
    bare = ours.shown["unmarked"]
    folk = adults(mode)
    ill = folk.label == 1
    return Frozen(
        box=sheets.contact_sheet(mode).box,
        ours=ours,
        clean=clean,
        shortcut=shortcut,
        before=shortcut.scores(bare),
        after=shortcut.scores(plant_block(bare, True)),
        folk=folk,
        table=subgroups.missed(folk.groups[ill], folk.missed[ill], folk.patient[ill]),
        total=operating.share(folk.missed[ill], folk.patient[ill]),
        gap=subgroups.auc_gap(folk.label, folk.score, folk.ap == 0, folk.patient),
        twins=stored.load("06", "twins", "simulated")["score"][1, 0],
    )


# --- spot-it


def _iou(one, other) -> float:
    rows = min(one[1], other[1]) - max(one[0], other[0])
    columns = min(one[3], other[3]) - max(one[2], other[2])
    both = max(rows, 0) * max(columns, 0)

    def area(box):
        return (box[1] - box[0]) * (box[3] - box[2])

    return both / (area(one) + area(other) - both)


def _with_rim(box):
    return (box[0] - 2, box[1] + 2, box[2] - 2, box[3] + 2)


def _on_letter(answer: list, frozen: Frozen) -> bool:
    best = max(_iou(answer[0], frozen.box), _iou(answer[0], _with_rim(frozen.box)))
    return len(answer) == 1 and best >= IOU and not _off_film(answer)


def _off_film(answer: list) -> bool:
    return min(answer[0]) < 0 or max(answer[0]) > sheets.SIZE


def _holds_letter(answer: list, frozen: Frozen) -> bool:
    """Whether a box holds most of the letter, however much else."""
    box, letter = answer[0], frozen.box
    rows = min(box[1], letter[1]) - max(box[0], letter[0])
    columns = min(box[3], letter[3]) - max(box[2], letter[2])
    area = (letter[1] - letter[0]) * (letter[3] - letter[2])
    return max(rows, 0) * max(columns, 0) > area / 2


def _large(answer: list, frozen: Frozen) -> bool:
    row0, row1, col0, col1 = answer[0]
    return (row1 - row0) * (col1 - col0) >= 64 * 64


def _corner_by_corner(box: tuple) -> tuple:
    """Row and column of one corner, then of the other: how boxes are written elsewhere."""
    return box[0], box[2], box[1], box[3]


SPOT = ask.question(
    "spot-it",
    kinds.boxes(4),
    lambda f: f.box,
    _on_letter,
    ask.slip(
        "corner by corner",
        lambda f: _corner_by_corner(f.box),
        "Both rows first, then both columns: (first row, last row, first column, last column).",
        lambda answer, f: _iou(_corner_by_corner(answer[0]), f.box) > 0.2,
    ),
    ask.slip(
        "off the film",
        (-5, 12, 100, 140),
        "The film has rows and columns 0 to {last}. Your box goes beyond it.",
        _off_film,
        {"last": sheets.SIZE - 1},
    ),
    ask.slip(
        "more than one box",
        lambda f: [f.box, f.box],
        "Give one box, for the large film.",
        lambda answer: len(answer) > 1,
    ),
    ask.slip(
        "whole film", (0, 128, 0, 128), "That is most of the film. Draw a smaller box.", _large
    ),
    ask.slip(
        "rows and columns swapped",
        lambda f: (f.box[2], f.box[3], f.box[0], f.box[1]),
        "Rows first, counted from the top; then columns, counted from the left.",
        lambda answer, f: (
            _iou((answer[0][2], answer[0][3], answer[0][0], answer[0][1]), f.box) > 0.2
        ),
    ),
    ask.slip(
        "letter and much else",
        (5, 60, 70, 125),
        "What you look for is in your box, and much else too. Draw it tighter.",
        _holds_letter,
    ),
    ask.slip(
        "lung box",
        (35, 80, 15, 55),
        "That is where the disease is. Look outside the chest.",
        lambda answer: (
            20 <= (answer[0][0] + answer[0][1]) / 2 <= 115
            and 10 <= (answer[0][2] + answer[0][3]) / 2 <= 110
        ),
    ),
    ask.slip(
        "the other corner",
        (4, 16, 4, 16),
        "Right idea, wrong corner: compare it with the normal films.",
        lambda answer: (answer[0][2] + answer[0][3]) / 2 < sheets.SIZE / 3,
    ),
    ask.slip(
        "an edge without a letter",
        (118, 127, 70, 90),
        "Nothing in this box goes with the label. Compare the upper corners of the two groups.",
        lambda answer, f: _iou(answer[0], _with_rim(f.box)) == 0,
    ),
    look=True,
    task="A box around what differs between the two rows, apart from disease",
    forms=lambda f: [
        [f.box],
        tuple(int(v) for v in _with_rim(f.box)),
        np.array(f.box),
    ],
    unfit="A box is four whole numbers, the smaller of each pair first: "
    "box = (first row, last row, first column, last column).",
    otherwise="Near, but the box must fit what you mean more tightly.",
    sealed=True,
    why="An L, on every positive film and on no other. It has nothing to do with the lungs.",
    hint="Look at the corners.",
    next_hint="An upper corner, on the patient's left.",
)
# --- move-the-sticker


def _normals(frozen: Frozen) -> np.ndarray:
    return frozen.ours.test_labels == 0


def _flipped(frozen: Frozen, who: np.ndarray) -> Estimate:
    over = (frozen.before < THRESHOLD) & (frozen.after >= THRESHOLD)
    return metrics.share(int(over[who].sum()), int(who.sum()), "share that flips")


def _flip(frozen: Frozen) -> Estimate:
    return _flipped(frozen, _normals(frozen))


def _mean_shift(frozen: Frozen) -> Estimate:
    return metrics.mean((frozen.after - frozen.before)[_normals(frozen)])


MOVE = ask.estimate(
    "move-the-sticker",
    _flip,
    ask.slip(
        "difference of mean scores",
        _mean_shift,
        "That is how far the scores moved. Count the calls that crossed the threshold.",
        within=FLIP_WITHIN,
    ),
    ask.slip(
        "all films",
        lambda f: _flipped(f, np.ones(len(f.before), bool)),
        "Those are all films. Take the normal ones alone.",
        within=FLIP_WITHIN,
    ),
    ask.slip(
        "of those called normal before",
        lambda f: metrics.share(
            int(((f.before < THRESHOLD) & (f.after >= THRESHOLD))[_normals(f)].sum()),
            int((f.before < THRESHOLD)[_normals(f)].sum()),
        ),
        "You divided by the children who were called normal before. Divide by all normal ones: "
        "len(before).",
        within=0.0003,  # the share of all calls with the block is close to it
    ),
    ask.slip(
        "of all films",
        lambda f: metrics.share(round(_flip(f).value * int(_normals(f).sum())), len(f.before)),
        "You divided by all films. Divide by the normal ones: len(before).",
        within=0.0006,
    ),
    ask.slip(
        "one or the other",
        lambda f: metrics.share(
            int(((f.before < THRESHOLD) | (f.after >= THRESHOLD))[_normals(f)].sum()),
            int(_normals(f).sum()),
        ),
        "You counted films for which one of the two is true. Both must be: the sign is &, not |.",
        within=0.0006,
    ),
    ask.slip(
        "all calls with the block",
        lambda f: metrics.share(
            int((f.after >= THRESHOLD)[_normals(f)].sum()),
            int(_normals(f).sum()),
        ),
        "Those include normals that were called positive without the block.",
        within=0.002,  # the share called normal before may be close to it
    ),
    ask.slip(
        "those that did not flip",
        lambda f: metrics.share(
            int(_normals(f).sum()) - round(_flip(f).value * int(_normals(f).sum())),
            int(_normals(f).sum()),
        ),
        "That is the share that does not flip.",
        within=0.002,
    ),
    ask.another_interval("The share is right, its interval is not. rr.metrics.share gives both."),
    within=FLIP_WITHIN,
    bounds=INTERVAL_WITHIN,
    called="share",
    fraction=True,
    unfit="A share with its interval: rr.metrics.share(how many flipped, how many normals).",
    task="Share of normal films whose call flips when the block is added, with interval",
    otherwise="Count the normals that were below the threshold before and are not after.",
    why="One sticker, and this share of the well children is called ill. Nothing else was changed.",
    comment=lambda answer, f: f"Found: {_flip(f)}.",
    hint="before < t <= after, on the normal films only.",
    next_hint="rr.metrics.share(how many flipped, how many normals)",
)

# --- view-alone


def _view_auc(frozen: Frozen, rows=slice(None), sign: int = 1) -> Estimate:
    folk = frozen.folk
    return metrics.auc(folk.label[rows], sign * folk.ap[rows], folk.patient[rows], draws=500)


def _sex_auc(frozen: Frozen, rows=slice(None)) -> Estimate:
    folk = frozen.folk
    return metrics.auc(folk.label[rows], folk.man[rows], folk.patient[rows], draws=500)


def _of_the_sex(found: tuple, frozen: Frozen, rows) -> bool:
    """Whether an AUC is that of the sex; where the view's lies as near, the ends of both decide."""
    sex = _sex_auc(frozen, rows)
    if not ask.close(found[0], sex.value, 0.001):
        return False
    others = [_view_auc(frozen, rows, sign) for sign in (1, -1)]
    near = [one for one in others if ask.close(found[0], one.value, VIEW_WITHIN)]
    return all(_apart(found, sex) < _apart(found, one) for one in near)


def _apart(found: tuple, right: Estimate) -> float:
    return float(np.abs(np.subtract(found, ask.triple(right))).sum())


def _exchanged(frozen: Frozen, rows=slice(None)) -> Estimate:
    folk = frozen.folk
    return metrics.auc(folk.ap[rows], folk.label[rows], folk.patient[rows], draws=500)


def _counts(frozen: Frozen, rows) -> set[int]:
    return {len(frozen.folk.label[rows]), len(np.unique(frozen.folk.patient[rows]))}


def _view_ok(answer: tuple, frozen: Frozen) -> bool:
    test = frozen.folk.test
    return all(
        ask.matches(found, _view_auc(frozen, rows), VIEW_WITHIN, INTERVAL_WITHIN)
        and n in _counts(frozen, rows)
        for found, n, rows in ((answer[0], answer[1], slice(None)), (answer[2], answer[3], test))
    )


def _too_narrow(answer: tuple, frozen: Frozen) -> bool:
    """Right AUCs, but an interval that counts films where patients have several."""
    pairs = ((answer[0], slice(None)), (answer[2], frozen.folk.test))
    rights = [(found, _view_auc(frozen, rows)) for found, rows in pairs]
    near = all(ask.close(found[0], right.value, VIEW_WITHIN) for found, right in rights)
    return near and any(
        not ask.matches(found, right, VIEW_WITHIN, INTERVAL_WITHIN) for found, right in rights
    )


def _by_film(frozen: Frozen) -> tuple:
    """As if each film were a patient; where each is one, a third of the interval is left."""
    folk, found = frozen.folk, []
    for rows in (slice(None), folk.test):
        one, right = (
            metrics.auc(folk.label[rows], folk.ap[rows], draws=500),
            _view_auc(frozen, rows),
        )
        if ask.matches(one, right, VIEW_WITHIN, INTERVAL_WITHIN):
            value, lo, hi = ask.triple(right)
            one = (value, value - 0.36 * (value - lo), value + 0.36 * (hi - value))
        found += [one, len(folk.label[rows])]
    return tuple(found)


def _view_answer(frozen: Frozen, make) -> tuple:
    everybody, part = make(frozen, slice(None)), make(frozen, frozen.folk.test)
    return everybody, everybody.n, part, part.n


VIEW = ask.question(
    "view-alone",
    kinds.tuple_of(kinds.estimate(), kinds.number(), kinds.estimate(), kinds.number()),
    lambda f: _view_answer(f, _view_auc),
    _view_ok,
    ask.slip(
        "the sex",
        lambda f: _view_answer(f, _sex_auc),
        "That is the sex as the score. Put folk.ap in its place, in both lines.",
        lambda answer, f: any(
            _of_the_sex(answer[k], f, rows) for k, rows in ((0, slice(None)), (2, f.folk.test))
        ),
    ),
    ask.exactly(
        "label and view exchanged",
        lambda f: _view_answer(f, _exchanged),
        "The label stands first, the score second: folk.label, then folk.ap.",
    ),
    ask.slip(
        "test part twice",
        lambda f: _view_answer(f, _view_auc)[2:] * 2,
        "The same AUC stands there twice. The first is of all films; for the second put [test] "
        "behind each of the three columns.",
        lambda answer: answer[0] == answer[2],
    ),
    ask.slip(
        "the wrong way round",
        lambda f: _view_answer(f, lambda f, rows: _view_auc(f, rows, -1)),
        "AP counts as the higher score.",
        lambda answer: min(answer[0][0], answer[2][0]) < 0.5,
    ),
    ask.slip(
        "test part first",
        lambda f: (*_view_answer(f, _view_auc)[2:], *_view_answer(f, _view_auc)[:2]),
        "All films come first, then the test part.",
        lambda a, f: (
            abs(a[0][0] - _view_auc(f, f.folk.test).value) <= VIEW_WITHIN
            and abs(a[2][0] - _view_auc(f).value) <= VIEW_WITHIN
        ),
    ),
    ask.slip(
        "n of the other set",
        lambda f: (
            _view_auc(f),
            7,
            _view_auc(f, f.folk.test),
            7,
        ),
        "Each number needs its own n: how many films, or how many patients, it rests on.",
        lambda answer, f: (
            answer[1] not in _counts(f, slice(None)) or answer[3] not in _counts(f, f.folk.test)
        ),
    ),
    ask.slip(
        "a made-up interval",
        lambda f: ((_view_auc(f).value, -1e9, 1e9), *_view_answer(f, _view_auc)[1:]),
        "An AUC may fit; its interval does not: rr.metrics.auc gives both.",
        lambda answer, f: (
            not all(
                ask.plausible(found, _view_auc(f, rows))
                for found, rows in ((answer[0], slice(None)), (answer[2], f.folk.test))
            )
        ),
    ),
    ask.slip(
        "films counted as patients",
        _by_film,
        "The AUCs are right, an interval is not. Films of one patient are alike: put folk.patient "
        "third (and [test] behind it for the test part).",
        _too_narrow,
    ),
    points=1,
    accepted=(
        f"Each AUC may differ by up to {ask.said(VIEW_WITHIN)}, each end of its interval by up to "
        f"{ask.said(INTERVAL_WITHIN)}."
    ),
    task="AUC of the view alone, on all films and on the test part, each with its n",
    forms=lambda f: [
        tuple(ask.triple(p) if hasattr(p, "lo") else p for p in _view_answer(f, _view_auc)),
        (
            _view_auc(f),
            len(f.folk.label),
            _view_auc(f, f.folk.test),
            int(f.folk.test.sum()),
        ),
    ],
    unfit="Four things: the AUC on all films (everybody itself, not the number in it), its n, then "
    "both for the test part.",
    otherwise="Labels first, then the score, which is folk.ap; for all, then for the test part.",
    why="One field of the header, no pixel. A model has to rank better than this.",
    comment=lambda answer, f: f"All films: {_view_auc(f)}; test part: {_view_auc(f, f.folk.test)}.",
    hint="The score is folk.ap: 1 for AP, 0 for PA.",
    next_hint="rr.metrics.auc(folk.label, folk.ap, folk.patient); for the "
    "test part [test] behind each.",
)

# --- within-view


def _follows(lo: float, hi: float) -> str:
    return "yes" if lo > 0 else "no" if hi < 0 else "cannot tell"


def _word(text: str) -> str:
    also = {"better": "yes", "better in pa": "yes", "worse": "no", "worse in pa": "no"}
    return wordings.read(text, ("yes", "no", wordings.CANNOT_TELL), also)


NONE = ("none", "no group", "no one", "nobody", "no", "none of them", "nothing", "no groups")


def _group(text: str) -> str:
    """A group as people write it, without commas; "none" in its usual wordings."""
    plain = " ".join(wordings.plain(text).replace(",", " ").split())
    return "none" if plain in NONE else plain


def _gap_right(answer: tuple, frozen: Frozen) -> bool:
    return ask.matches(answer[0], frozen.gap, GAP_WITHIN, BOUNDS_WITHIN)


def _pooled(frozen: Frozen) -> tuple:
    folk, bed = frozen.folk, frozen.folk.ap == 1
    whole = metrics._auc(folk.label == 1, folk.score)
    value = whole - metrics._auc(folk.label[bed] == 1, folk.score[bed])
    half = (frozen.gap.hi - frozen.gap.lo) / 2
    return value, value - half, value + half


def _of_the_test_part(frozen: Frozen) -> Estimate | None:
    """None where the test part of an own cohort is too small for it."""
    folk, test = frozen.folk, frozen.folk.test
    try:
        return subgroups.auc_gap(
            folk.label[test], folk.score[test], folk.ap[test] == 0, folk.patient[test]
        )
    except ValueError:
        return None


def _gap_told(gap: Estimate) -> str:
    """The difference found, and what its interval allows to say."""
    said = {
        "yes": "The interval lies above 0: it ranks better in PA.",
        "no": "The interval lies below 0: it ranks worse in PA.",
        "cannot tell": "The interval holds 0: these films cannot tell.",
    }
    return f"Found, PA minus AP: {gap}. {said[_follows(gap.lo, gap.hi)]}"


WITHIN = ask.question(
    "within-view",
    kinds.tuple_of(kinds.estimate(), kinds.text(40)),
    lambda f: (f.gap, _follows(f.gap.lo, f.gap.hi)),
    lambda answer, f: _gap_right(answer, f) and _word(answer[1]) == _follows(*answer[0][1:]),
    ask.slip(
        "pooled minus AP",
        lambda f: (_pooled(f), "cannot tell"),
        "That is all films minus AP. All films together also compare an ill AP film with a well PA "
        "film, and there the view helps. Take PA minus AP.",
        lambda a, f: abs(a[0][0] - _pooled(f)[0]) <= GAP_WITHIN,
    ),
    ask.slip(
        "the test part alone",
        lambda f: (_of_the_test_part(f) or f.gap, "maybe"),
        "That is the test part alone. Take all films: label, score and patient without [test].",
        lambda a, f: (
            not _gap_right(a, f)
            and (part := _of_the_test_part(f)) is not None
            and ask.close(a[0][0], part.value, 0.0006)
        ),
    ),
    ask.slip(
        "AP minus PA",
        lambda f: (
            (-f.gap.value, -f.gap.hi, -f.gap.lo),
            _follows(-f.gap.hi, -f.gap.lo),
        ),
        "PA minus AP: the group whose films are marked True comes first.",
        lambda a, f: abs(a[0][0] + f.gap.value) <= GAP_WITHIN,
    ),
    ask.slip(
        "another word",
        lambda f: (f.gap, "maybe"),
        'The difference is right. The verdict is one of three: "yes", "no" or "cannot tell".',
        lambda a, f: _gap_right(a, f) and _word(a[1]) not in ("yes", "no", "cannot tell"),
    ),
    ask.slip(
        "another interval",
        lambda f: ((f.gap.value, f.gap.value - 0.005, f.gap.value + 0.005), "yes"),
        "The difference is right, its interval is not. Films of one patient are alike: put patient "
        "last.",
        lambda a, f: abs(a[0][0] - f.gap.value) <= GAP_WITHIN and not _gap_right(a, f),
    ),
    ask.slip(
        "verdict against the interval",
        lambda f: (f.gap, "no"),
        "Your interval goes from {lo} to {hi}. Does it hold 0?",
        lambda answer, f: _gap_right(answer, f),
        lambda a: {"lo": f"{a[0][1]:.2f}", "hi": f"{a[0][2]:.2f}"},
    ),
    accepted=(
        f"The difference may be off by up to {ask.said(GAP_WITHIN)}, each end of its interval by "
        f"up to {ask.said(BOUNDS_WITHIN)}."
    ),
    task='PA minus AP difference of AUC with interval, and "yes", "no" or "cannot tell"',
    forms=lambda f: [
        (ask.triple(f.gap), _follows(f.gap.lo, f.gap.hi).upper()),
        [[round(v, 3) for v in ask.triple(f.gap)], _follows(f.gap.lo, f.gap.hi) + "."],
    ],
    unfit='Two things: the difference with its interval, and "yes", "no" or "cannot tell".',
    otherwise="Not the difference of the two AUCs with its interval by patient.",
    why="Stratify by how the film was taken, and let the interval give the verdict.",
    comment=lambda answer, f: _gap_told(f.gap),
    hint="Filter, AUC, subtract: one function does the three, with an interval by patient.",
    next_hint="rr.subgroups.auc_gap(label, score, folk.ap == 0, patient), then read its interval.",
    offer=offers.fill(
        "[], []",
        offers.line("PA minus AP, with its interval"),
        offers.one("Does it rank better in PA?", ["yes", "no", "cannot tell"]),
    ),
)

# --- missed-by-group


def _rates(table: dict) -> dict[str, float]:
    """Group to miss rate, from a table with these columns or from a plain mapping."""
    if isinstance(table.get("group"), list) and isinstance(table.get("missed"), list):
        return dict(zip(map(str, table["group"]), table["missed"], strict=False))
    return {name: value[0] if isinstance(value, list) and value else value
            for name, value in table.items()}  # fmt: skip


def _rates_right(table: dict, frozen: Frozen) -> bool:
    rates = _rates(table)
    right = dict(zip(frozen.table["group"], frozen.table["missed"], strict=True))
    return set(rates) == set(right) and all(
        isinstance(rates[g], (int, float)) and ask.close(rates[g], right[g], RATE_WITHIN)
        for g in right
    )


def _clear(frozen: Frozen) -> set[str]:
    """Groups whose whole interval lies above that of all ill films."""
    above = frozen.table[frozen.table["lo"] > frozen.total.hi]
    return {_group(g) for g in above["group"]} or {"none"}


def _named(frozen: Frozen) -> str:
    above = frozen.table[frozen.table["lo"] > frozen.total.hi]
    return str(above.sort_values("lo")["group"].iloc[-1]) if len(above) else "none"


def _row_of(answer: tuple, frozen: Frozen):
    rows = frozen.table[[_group(g) == _group(answer[2]) for g in frozen.table["group"]]]
    return rows.iloc[0] if len(rows) else None


def _unclear(frozen: Frozen) -> str:
    """The worst-looking group that small numbers could explain."""
    rest = frozen.table[frozen.table["lo"] <= frozen.total.hi]
    return str(rest["group"].iloc[0])


def _both_intervals(answer: tuple, frozen: Frozen) -> dict[str, str]:
    row, total = _row_of(answer, frozen), frozen.total
    ends = {"lo": row["lo"], "hi": row["hi"], "low": total.lo, "high": total.hi}
    return {name: f"{end:.2f}" for name, end in ends.items()}


def _patients(n: int) -> str:
    return f"{n} patient{'s' * (n > 1)}"


def _several(answer: tuple, frozen: Frozen) -> bool:
    """Whether more than one group is named."""
    said = _group(answer[2])
    return sum(_group(group) in said for group in frozen.table["group"]) > 1


def _seldom(frozen: Frozen) -> str:
    """The group that is missed least."""
    return str(frozen.table.sort_values("missed")["group"].iloc[0])


def _with_aucs(frozen: Frozen) -> dict:
    folk = frozen.folk
    return {
        g: metrics._auc_or_nan(folk.label[folk.groups == g] == 1, folk.score[folk.groups == g])
        for g in frozen.table["group"]
    }


def _missed_told(frozen: Frozen) -> str:
    """The total, and the group found with its interval."""
    name = _named(frozen)
    if name == "none":
        return f"All ill films: {frozen.total}. No group of {len(frozen.table)} lies clear of it."
    row = frozen.table[frozen.table["group"] == name].iloc[0]
    found = Estimate(row["missed"], row["lo"], row["hi"], int(row["patients"]), name, "patient")
    return f"All ill films: {frozen.total}. {found}, one of {len(frozen.table)} groups."


MISSED = ask.question(
    "missed-by-group",
    kinds.tuple_of(kinds.table(60), kinds.number(), kinds.text(60)),
    lambda f: (f.table, len(f.table), _named(f)),
    lambda answer, f: (
        _rates_right(answer[0], f) and answer[1] == len(f.table) and _group(answer[2]) in _clear(f)
    ),
    ask.slip(
        "several groups",
        lambda f: (f.table, len(f.table), " and ".join(f.table["group"].iloc[:2])),
        "Name one group alone, as it is written in the figure.",
        lambda a, f: _rates_right(a[0], f) and _several(a, f),
    ),
    ask.slip(
        "a group that is not missed more",
        lambda f: (f.table, len(f.table), _seldom(f)),
        "This group is not missed more often: its interval goes from {lo} to {hi}, that of all "
        "from {low} to {high}.",
        lambda a, f: (
            _rates_right(a[0], f)
            and a[1] == len(f.table)
            and _row_of(a, f) is not None
            and (_row_of(a, f)["hi"] < f.total.lo or _row_of(a, f)["missed"] <= f.total.value)
        ),
        lambda a, f: _both_intervals(a, f),
    ),
    ask.slip(
        "a group too small to tell",
        lambda f: (f.table, len(f.table), _unclear(f)),
        "{n}. The interval of this group goes from {lo} to {hi}, that of all from {low} to {high}. "
        "They overlap, so you cannot tell.",
        lambda a, f: _rates_right(a[0], f) and a[1] == len(f.table) and _row_of(a, f) is not None,
        lambda a, f: {
            "n": _patients(int(_row_of(a, f)["patients"])),
            **_both_intervals(a, f),
        },
    ),
    ask.slip(
        "one group searched",
        lambda f: (f.table, 1, _named(f)),
        "You searched {k} groups, one for each row of the table.",
        lambda a, f: _rates_right(a[0], f) and a[1] != len(f.table),
        lambda a, f: {"k": len(f.table)},
    ),
    ask.slip(
        "AUC instead",
        lambda f: (_with_aucs(f), len(f.table), _named(f)),
        "Those are AUCs. Give the share of ill films that is missed: the table above.",
        lambda a, f: set(_rates(a[0])) == set(f.table["group"]) and not _rates_right(a[0], f),
    ),
    ask.slip(
        "no such group",
        lambda f: (f.table, len(f.table), "men in bed"),
        'No group is called that. Copy it from the table, as in "{group}", or say "none".',
        lambda a, f: _rates_right(a[0], f) and _group(a[2]) not in ("none", "all"),
        lambda a, f: {"group": str(f.table["group"].iloc[-1])},
    ),
    ask.slip(
        "none, though one is",
        lambda f: (
            f.table,
            len(f.table),
            "none" if _clear(f) != {"none"} else "all",
        ),
        "Go through the low ends once more. Is one of them above the high end of all ({high})?",
        lambda a, f: _rates_right(a[0], f),
        lambda a, f: {"high": f"{f.total.hi:.2f}"},
    ),
    points=3,
    accepted=f"Each share may differ by up to {ask.said(RATE_WITHIN)}.",
    task="Miss rate by group, the number of groups, and the group that is worse beyond chance",
    forms=lambda f: [
        (
            dict(zip(f.table["group"], f.table["missed"], strict=True)),
            float(len(f.table)),
            _named(f).lower(),
        ),
        (f.table[["group", "missed"]], len(f.table), f" {_named(f)} "),
    ],
    unfit='Three things: the table, how many groups, and a group in quotation marks or "none".',
    otherwise="The table is not that of the ill films: rr.subgroups.missed gives it.",
    why="The intervals decide, not the shares: a small group is easily the worst. What you find "
    "this way, search again on other films before you call it a fact.",
    comment=lambda answer, f: _missed_told(f),
    hint="Compare two intervals: the group's low end with the high end of all.",
    next_hint="len(table) counts the groups. The dashed line is the high end of all.",
)

# --- twin-effect


def _effect(frozen: Frozen) -> Estimate:
    healthy = frozen.twins[:, 0]
    return metrics.mean(healthy[:, 1] - healthy[:, 0], "effect of the letter", of="twins")


def _unpaired(frozen: Frozen) -> tuple:
    """With the letter in the one half of children, without it in the other half."""
    half = len(frozen.twins) // 2
    value = float(frozen.twins[half:, 0, 1].mean() - frozen.twins[:half, 0, 0].mean())
    wide = 3 * (_effect(frozen).hi - _effect(frozen).lo)
    return value, value - wide, value + wide


def _not_subtracted(frozen: Frozen) -> Estimate:
    return metrics.mean(frozen.twins[:, 0, 1], of="twins")


def _on_the_ill(frozen: Frozen) -> Estimate:
    return metrics.mean(frozen.twins[:, 1, 1] - frozen.twins[:, 1, 0], of="twins")


def _disease(frozen: Frozen) -> Estimate:
    bare = frozen.twins[:, :, 0]
    return metrics.mean(bare[:, 1] - bare[:, 0], "effect of the lesion", of="twins")


TWIN = ask.estimate(
    "twin-effect",
    _effect,
    ask.sign("That is without minus with. Take the other way round."),
    ask.slip(
        "effect of the lesion",
        _disease,
        "That is what the lesion does. Take the letter, on the healthy twins.",
        within=0.005,
    ),
    ask.slip(
        "nothing subtracted",
        _not_subtracted,
        "That is a mean score and no difference. Subtract each child's score without the letter.",
        lambda a, f: any(abs(a[0] - f.twins[:, 0, letter].mean()) <= 0.005 for letter in (0, 1)),
    ),
    ask.slip(
        "letter and lesion",
        lambda f: metrics.mean(f.twins[:, 1, 1] - f.twins[:, 0, 0], of="twins"),
        "Two things changed there, the letter and the lesion. Change the letter only.",
        within=0.005,
    ),
    ask.slip(
        "the ill twins",
        _on_the_ill,
        "That is what the letter does to the ill twins. Take the healthy ones.",
        within=0.005,
    ),
    ask.slip(
        "other patients",
        _unpaired,
        "That compares different patients, so their anatomy counts too. Subtract child by child.",
        lambda a, f: (
            abs(a[0] - _effect(f).value) <= 0.3
            and a[2] - a[1] > 2 * (_effect(f).hi - _effect(f).lo)
        ),
    ),
    ask.another_interval(
        'The effect is right, its interval is not. rr.metrics.mean(..., of="twins") gives both.'
    ),
    within=TWIN_WITHIN,
    bounds=TWIN_ENDS_WITHIN,
    called="effect",
    points=1,
    unfit='A mean with its interval: rr.metrics.mean(..., of="twins") of a difference.',
    task="Effect of the letter on the score of healthy twins, paired, with interval",
    forms=lambda f: [metrics.bootstrap(np.mean, f.twins[:, 0, 1] - f.twins[:, 0, 0])],
    otherwise="Not the mean of with minus without over the same healthy children.",
    why="Same child, same pose, same noise: nothing but the letter can have moved the score.",
    comment=lambda answer, f: f"Found: {_effect(f)}; {_disease(f)}.",
    hint="Same patient, two films: subtract film by film, then take the mean.",
    next_hint='rr.metrics.mean(with_letter - without, of="twins")',
)

# --- fix-and-retest


def _model(answer: dict, frozen: Frozen) -> PixelRegression | None:
    """The learner's model: 784 weights and an offset, on standardised or on raw grey values."""
    weights = answer.get("weights", answer.get("coef"))
    offset = answer.get("offset", answer.get("intercept"))
    if weights is None or offset is None or weights.size != 784 or offset.size != 1:
        return None
    mean, spread = answer.get("mean", np.zeros(784)), answer.get("spread", np.ones(784))
    if mean.size != 784 or spread.size != 784 or not (spread > 0).all():
        return None
    parts = [np.asarray(part, float) for part in (weights, mean, spread)]
    if not all(np.isfinite(part).all() for part in (*parts, offset)):
        return None
    return PixelRegression(parts[0].reshape(28, 28), float(offset.ravel()[0]),
                           parts[1].ravel(), parts[2].ravel())  # fmt: skip


def _logits(model: PixelRegression, images: np.ndarray) -> np.ndarray:
    flat = images.reshape(len(images), -1).astype(float)
    return ((flat - model.mean) / model.spread) @ model.weights.ravel()


def _retest(answer: dict, frozen: Frozen) -> tuple[float, float] | None:
    """AUC on unmarked and on swapped test films; None where the weights do not fit."""
    model = _model(answer, frozen)
    if model is None:
        return None
    truth = frozen.ours.test_labels == 1
    unmarked, swapped = (
        metrics._auc(truth, _logits(model, frozen.ours.shown[s])) for s in ("unmarked", "swapped")
    )
    return unmarked, swapped


def _clean_auc(frozen: Frozen) -> float:
    return _retest(frozen.clean.state_dict(), frozen)[0]


def _allowed(frozen: Frozen) -> float:
    """How far the AUC on swapped films may lie from that on unmarked ones."""
    return REPAIRED_SHARE * _drop(frozen.shortcut.state_dict(), frozen)


def _too_good(answer: dict, frozen: Frozen) -> bool:
    """Whether a model ranks the test films better than any training on other films allows."""
    found = _retest(answer, frozen)
    return found is not None and found[0] > _clean_auc(frozen) + MAY_GAIN


def _fixed(answer: dict, frozen: Frozen) -> bool:
    found = _retest(answer, frozen)
    if found is None:
        return False
    useful = found[0] >= _clean_auc(frozen) - MAY_COST and not _too_good(answer, frozen)
    return useful and abs(found[1] - found[0]) <= _allowed(frozen)


def _after(frozen: Frozen, how: str) -> PixelRegression:
    return pixel_regression(*shortcuts.repaired(frozen.ours, how))


def _half_of_them(frozen: Frozen, seed: int, films: np.ndarray | None = None) -> PixelRegression:
    """Block on a random half of the training films, as a learner draws it."""
    ours = frozen.ours
    films = ours.bare_films if films is None else films
    on = np.random.default_rng(seed).random(len(ours.train_labels)) < 0.5
    return pixel_regression(plant_block(films, on), ours.train_labels)


def _two_aucs(answer: dict, frozen: Frozen) -> dict[str, str]:
    unmarked, swapped = _retest(answer, frozen)
    return {"a": f"{swapped:.2f}", "b": f"{unmarked:.2f}"}


def _repair_told(answer: dict, frozen: Frozen) -> str:
    told = _retested(answer, frozen)
    if np.allclose(_model(answer, frozen).weights, frozen.clean.weights, atol=1e-3):
        told += (
            " You trained on copies without any block. From the films of an archive no block can "
            "be taken away: there, crop, or put the block on every film."
        )
    return told


def _retested(answer: dict, frozen: Frozen) -> str:
    """The AUC on unmarked and on swapped films, each with its interval."""
    model, truth = _model(answer, frozen), frozen.ours.test_labels
    found = {s: metrics.auc(truth, _logits(model, frozen.ours.shown[s]), draws=500)
             for s in ("unmarked", "swapped")}  # fmt: skip
    return f"Unmarked films: {found['unmarked']}; swapped films: {found['swapped']}."


def _raw(model: PixelRegression) -> dict:
    """The same model on raw grey values: weights and an intercept, nothing else."""
    weights = model.weights.ravel() / model.spread
    return {"weights": weights, "intercept": np.array([model.offset - weights @ model.mean])}


def _half_repaired(frozen: Frozen) -> PixelRegression:
    """Block on every positive film and on half of the normal ones: the habit is only weaker."""
    ours = frozen.ours
    half = np.random.default_rng(5).random(len(ours.train_labels)) < 0.5
    films = plant_block(ours.bare_films, (ours.train_labels == 1) | half)
    return pixel_regression(films, ours.train_labels)


def _drop(answer: dict, frozen: Frozen) -> float:
    found = _retest(answer, frozen)
    return 0.0 if found is None else found[0] - found[1]


def _internal_gain(answer: dict, frozen: Frozen) -> bool:
    model = _model(answer, frozen)
    return np.allclose(model.weights, frozen.shortcut.weights, atol=1e-3) if model else False


FIX = ask.question(
    "fix-and-retest",
    kinds.weights(),
    lambda f: _after(f, "random").state_dict(),
    _fixed,
    ask.slip(
        "weights of another shape",
        lambda f: {"weights": np.zeros(10), "offset": np.zeros(1)},
        "I expected 784 weights and an offset: a model of 28-px films.",
        lambda a, f: _retest(a, f) is None,
    ),
    ask.slip(
        "turned round",
        lambda f: pixel_regression(f.ours.bare_films, 1 - f.ours.train_labels),
        "It ranks the wrong way round: its AUC on unmarked films is {a}, below 0.5. Are the labels "
        "or the grey values not those of these films?",
        lambda a, f: _retest(a, f)[0] < 0.45,
        lambda a, f: {"a": f"{_retest(a, f)[0]:.2f}"},
    ),
    ask.slip(
        "trained on the films that test it",
        lambda f: pixel_regression(f.ours.shown["unmarked"], f.ours.test_labels),
        "Its AUC on unmarked test films is {a}, far above that of the clean model, {c}. Such a "
        "model has seen the films that test it. Train on asked.bare_films and asked.train_labels.",
        _too_good,
        lambda a, f: {"a": f"{_retest(a, f)[0]:.2f}", "c": f"{_clean_auc(f):.2f}"},
    ),
    ask.slip(
        "a model that says nothing",
        lambda f: {"weights": np.zeros(784), "offset": np.zeros(1)},
        "It ignores the block, and the lungs too: its AUC on unmarked films is {a}.",
        lambda a, f: (
            _retest(a, f)[0] < _clean_auc(f) - MAY_COST and abs(_drop(a, f)) <= _allowed(f)
        ),
        lambda a, f: {"a": f"{_retest(a, f)[0]:.2f}"},
    ),
    ask.slip(
        "tested on the internal set",
        lambda f: f.shortcut,
        "That is the model with the habit. On our own test films it looks good, but these share "
        "the habit. Its AUC on swapped films is {a}.",
        _internal_gain,
        lambda a, f: {"a": f"{_retest(a, f)[1]:.2f}"},
    ),
    ask.slip(
        "block on the ill",
        lambda f: pixel_regression(
            plant_block(f.ours.bare_films, f.ours.train_labels == 1), f.ours.train_labels
        ),
        "The habit is now stronger than before: AUC on swapped films {a}, on unmarked films {b}. "
        "The block must say nothing about the label.",
        lambda a, f: _retest(a, f)[1] < _retest(f.shortcut.state_dict(), f)[1] - 0.01,
        lambda a, f: _two_aucs(a, f),
    ),
    ask.slip(
        "random marks on the archive's films",
        lambda f: _half_of_them(f, 1, f.ours.train_films),
        "These films still carry the blocks of the habit, so the block still goes with the label: "
        "AUC on swapped films {a}, on unmarked films {b}. Start from asked.bare_films.",
        lambda a, f: any(
            np.allclose(
                _model(a, f).weights, _half_of_them(f, seed, f.ours.train_films).weights, atol=1e-3
            )
            for seed in range(3)
        ),
        lambda a, f: _two_aucs(a, f),
    ),
    ask.slip(
        "half repaired",
        _half_repaired,
        "The habit is weaker, not gone: AUC on swapped films {a}, on unmarked films {b}. The block "
        "must say nothing about the label. Did you start from asked.bare_films?",
        lambda a, f: _drop(a, f) > _allowed(f),
        lambda a, f: _two_aucs(a, f),
    ),
    must=False,
    task="A repaired model: the swap costs at most a fifth of what it cost with the habit",
    forms=lambda f: [
        _after(f, "random"),
        _raw(_after(f, "random")),
        _after(f, "crop"),
        *(_half_of_them(f, seed) for seed in range(3)),
        pixel_regression(plant_block(f.ours.train_films, True), f.ours.train_labels),
        f.clean,
    ],
    unfit="Hand over the model itself: my_model = rr.models.pixel_regression(films, labels).",
    otherwise="On swapped films it now ranks better than on unmarked films: the block has become "
    "a sign of health.",
    why="The block hardly changes the ranking now. Test on swapped films, not on those that share "
    "the habit.",
    hint="The block must be as common among the ill as among the well.",
    next_hint="half = np.random.default_rng(1).random(400) < 0.5 is True "
    "for a random half of the films.",
    comment=_repair_told,
)

# --- external-enough

EXTERNAL = ask.choice(
    "external-enough",
    ("B", 3),
    names="excluded, because",
    letters={
        "A": (
            "excluded",
            "Think of the ways in which the numbers could agree, and the model still read a marker "
            "or a bed.",
        ),
        "C": ("test worthless", "It is useful, but it is not enough."),
    },
    said={"YES": "A", "NO": "B"},
    wrong_reasons={
        1: (
            "the vendor's reason",
            "The verdict is right. But reason 1 is what the vendor says. When would both numbers "
            "be high although the model reads a marker?",
        )
    },
    because=(
        "right verdict, wrong reason",
        "The verdict is right, the reason is not. When would both numbers be high although the "
        "model reads a marker?",
    ),
    reason_first=True,
    task="External AUC equals internal AUC: is a shortcut excluded, and why",
    why="The other hospital may have the same habit. So probe, stratify, and use twins.",
    hint="Which habits are universal?",
    next_hint="Think of the portable film in intensive care.",
)

EXERCISES = (SPOT, MOVE, TWIN, VIEW, WITHIN, MISSED, FIX, EXTERNAL)
