"""Checks of lesson 05, "What is it looking at?"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.explain import pointing_game
from readingroom.lessons.l05 import films, make, saliency
from readingroom.models.findings import FINDINGS
from readingroom.questions import builders as ask, offers, wordings

# Exercises whose value a later cell goes on with.
CARRIED = ("your-box-first",)

BOXES_RIGHT = 5  # of 8
FITS = 0.4  # shared by joint area, of a box and the one around the whole finding
RHO_WITHIN = 0.05
RATE_WITHIN = 0.02


@dataclass(frozen=True)
class Frozen:
    """What lesson 05's checks read: simulated films, the same whichever films the kernel has."""

    masks: np.ndarray  # (8, H, W) bool, of the films on which boxes are drawn
    lungs: np.ndarray
    shares: float  # sum of the integrated gradients from a black film
    share_sizes: float  # sum of their absolute values
    f_film: float  # the two logits
    f_black: float
    rho: dict  # letter of a kind of map to its rank correlation, mean over films
    rho_estimates: dict  # the same, an Estimate each
    rate: Estimate  # pointing game of Grad-CAM over all films with a finding
    excess: Estimate
    with_negatives: tuple  # both, films without a finding counted as misses
    by_finding: list  # both, over the films of one finding alone
    mask_peak: tuple  # both, pointing with the outline instead of the map
    without_looking: tuple  # hit rates of the film's centre and of each finding's commonest site
    mm: np.ndarray  # (D,) diameters of the size sweep
    size_hits: np.ndarray  # (D, n)
    size_chance: np.ndarray  # (D, n)
    size_called: np.ndarray  # (D, n) bool: the network called this nodule
    spacing: float  # mm a pixel
    on_device: frozenset  # films whose hottest point sits on the drain only
    on_device_share: Estimate  # of all right calls among drained films
    real_shadow: Estimate  # of the wrong calls of a nodule, hottest point on the consolidation
    nodules: saliency.Pointed

    @property
    def whole(self) -> list[tuple[int, int, int, int]]:
        """The tight box around each finding."""
        out = []
        for mask in self.masks:
            rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
            out.append((int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])))
        return out

    @property
    def error(self) -> float:
        """By how much the shares miss the difference of the two outputs."""
        return self.shares - (self.f_film - self.f_black)

    @property
    def slack(self) -> float:
        """How far from a typical wrong sum an answer may lie and still be that slip."""
        return 0.02 * abs(self.f_film - self.f_black)

    @property
    def verdicts(self) -> dict[str, str]:
        """Letter of a kind of map to the word that its correlation deserves."""
        return {letter: "pass" if rho < 0.5 else "fail" for letter, rho in self.rho.items()}

    @property
    def size_excess(self) -> list[Estimate]:
        """Excess over a random point for each diameter."""
        pairs = zip(self.size_hits, self.size_chance, strict=True)
        return [pointing_game.excess(hit, luck) for hit, luck in pairs]

    @property
    def smallest(self) -> float:
        """The smallest diameter at which the map earns .25 over chance, for certain."""
        return float(next(mm for mm, e in zip(self.mm, self.size_excess, strict=True)
                          if e.value >= 0.25 and e.lo > 0))  # fmt: skip


def frozen(mode: str) -> Frozen:
    """Load everything once; all of it is simulated and the same in every mode."""
    eight, maps = films.eight_films(), saliency.sanity_maps()
    adds, sweep = make.stored_run("adds-up"), make.stored_run("sweep")
    wrong, other = make.stored_run("wrong-place"), make.stored_run("wrong-answer")
    both, negatives, mask_peak, alone = _pointing(make.stored_run("localise"))
    pointed = saliency.pointed()
    called, _, astray = (int(count) for count in wrong["counts"])
    _, wrong_calls, on_shadow = (int(count) for count in other["counts"])
    return Frozen(
        masks=eight.masks,
        lungs=eight.lungs,
        shares=float(adds["black"].astype(float).sum()),
        share_sizes=float(np.abs(adds["black"].astype(float)).sum()),
        f_film=float(adds["f_film"]),
        f_black=float(adds["f_black"]),
        rho={letter: maps.rho(letter) for letter in saliency.SANITY},
        rho_estimates={
            letter: metrics.bootstrap(np.mean, maps.rhos(letter), name=f"{letter}: rho")
            for letter in saliency.SANITY
        },
        rate=both[0],
        excess=both[1],
        with_negatives=negatives,
        by_finding=alone,
        mask_peak=mask_peak,
        without_looking=tuple(
            float(np.mean([control(one) for one in pointed.values()]))
            for control in (lambda one: one.centre, lambda one: one.site.value)
        ),
        mm=sweep["diameter"],
        size_hits=sweep["hit"][0],
        size_chance=sweep["chance"],
        size_called=sweep["score"] > saliency.CALLED,
        spacing=float(sweep["spacing"].mean()),
        on_device=frozenset(np.flatnonzero(wrong["on_device"]).tolist()),
        on_device_share=metrics.share(astray, called, "hottest point on the drain only"),
        real_shadow=metrics.share(
            on_shadow, wrong_calls, "wrong nodule calls, map on a real shadow", by="wrong calls"
        ),
        nodules=pointed["nodule"],
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
    trio = zip(answer, frozen.masks, frozen.whole, strict=False)
    return [i for i, (box, mask, around) in enumerate(trio)
            if _inside(box, mask) or _fits(box, around)]  # fmt: skip


def _off_film(answer: list, frozen: Frozen) -> list[int]:
    """Films whose box leaves the film."""
    rows, columns = frozen.masks.shape[1:]
    return [i for i, (r0, r1, c0, c1) in enumerate(answer)
            if min(r0, c0) < 0 or r1 > rows or c1 > columns]  # fmt: skip


def _area(box: tuple) -> int:
    return (box[1] - box[0]) * (box[3] - box[2])


def _too_large(answer: list, frozen: Frozen) -> list[int]:
    """Films whose box is larger than a lung, and than twice the finding's own."""
    lungs = frozen.lungs.sum((1, 2)) * 0.5
    trio = zip(answer, lungs, frozen.whole, strict=False)
    return [
        i for i, (box, lung, whole) in enumerate(trio) if _area(box) > max(lung, 2 * _area(whole))
    ]


def _in_the_middle(answer: list, frozen: Frozen) -> bool:
    size = frozen.masks.shape[1]
    centres = [((r0 + r1) / 2, (c0 + c1) / 2) for r0, r1, c0, c1 in answer]
    return all(abs(r - size / 2) < 10 and abs(c - size / 2) < 10 for r, c in centres)


def _boxes(answer: list, frozen: Frozen) -> bool:
    if len(answer) != len(frozen.masks) or _off_film(answer, frozen) or _too_large(answer, frozen):
        return False
    return len(_hits(answer, frozen)) >= BOXES_RIGHT


def _roomy(frozen: Frozen, by: int = 6) -> list:
    """Around the whole finding with some room, as a hand draws it."""
    last = frozen.masks.shape[1] - 1
    return [(max(0, r0 - by), min(last, r1 + by), max(0, c0 - by), min(last, c1 + by))
            for r0, r1, c0, c1 in frozen.whole]  # fmt: skip


def _mirrored(boxes: list, frozen: Frozen) -> list:
    last = frozen.masks.shape[2] - 1
    return [(r0, r1, last - c1, last - c0) for r0, r1, c0, c1 in boxes]


def _boxes_on(numbers: list[int]) -> dict:
    """The boxes on these films, as the subject of a sentence."""
    return {"box": f"box{'es' * (len(numbers) > 1)} on {wordings.numbered('film', numbers)}"}


def _told_hits(answer: list, frozen: Frozen) -> dict:
    """How many boxes hit, and on which films."""
    found = _hits(answer, frozen)
    return {
        "k": f"{len(found)} of your 8 boxes"
        + (f" ({wordings.numbered('film', found)})" if found else "")
    }


BOXES = ask.boxes(
    "your-box-first",
    lambda f: films.boxes_around(f.masks),
    _boxes,
    ask.slip(
        "a film left out",
        lambda f: films.boxes_around(f.masks)[:7],
        "Boxes given: {n}, for eight films. Give one for each film.",
        lambda answer, f: len(answer) != len(f.masks),
        lambda answer: {"n": len(answer)},
    ),
    ask.slip(
        "off the film",
        lambda f: [(-5, 20, 10, 30), *films.boxes_around(f.masks)[1:]],
        "The films have {rows} rows and {columns} columns. Look again at the {box}: there you went "
        "beyond.",
        lambda answer, f: bool(_off_film(answer, f)),
        lambda answer, f: {
            "rows": f.masks.shape[1],
            "columns": f.masks.shape[2],
            **_boxes_on(_off_film(answer, f)),
        },
    ),
    ask.columns_first(
        "You gave the columns first. Rows first: first row, last row, first column, last column."
    ),
    ask.undone(
        "the other side",
        _mirrored,
        "Right height, other side: columns count from the left edge of the picture, which is "
        "the patient's right.",
    ),
    ask.slip(
        "whole lung",
        [(10, 110, 8, 120)] * 8,
        "Too large to say where: the {box}. Draw closely around the finding.",
        lambda answer, f: bool(_too_large(answer, f)),
        lambda answer, f: _boxes_on(_too_large(answer, f)),
    ),
    ask.slip(
        "the film's centre",
        [(54, 74, 54, 74)] * 8,
        "On target: {k}. All your boxes lie in the middle of the film. Look for the finding.",
        _in_the_middle,
        _told_hits,
    ),
    ask.slip(
        "off target",
        [(2, 12, 2, 12)] * 8,
        "On target: {k}. At least 5 are needed. Compare the two lungs of each film.",
        True,
        _told_hits,
    ),
    limit=8,
    look=True,
    sealed=True,
    accepted=f"At least {BOXES_RIGHT} of the 8 boxes must be on the finding.",
    task="Your box around the finding on eight films, before any map",
    forms=lambda f: [
        [(r0 + 1, min(r1 + 1, 127), *c) for r0, r1, *c in films.boxes_around(f.masks)],
        f.whole,
        _roomy(f),
    ],
    unfit=(
        "Eight boxes in square brackets with commas between them, each in round ones: (first "
        "row, last row, first column, last column), the smaller number first."
    ),
    otherwise="At least five of the eight boxes must be on the finding.",
    why="Your boxes stand before any map is shown.",
    comment=lambda answer, f: f"On target: {_told_hits(answer, f)['k']}.",
    hint="Trust your eyes: compare the two lungs, then apex, hilum and angles.",
    next_hint="Two films have a nodule, two a consolidation, two an effusion, two a pneumothorax.",
)


FILM = 128  # pixels across
LESION = 24  # pixels across, of the exercise patch-size
# A patch of 20 pixels hides 84 % of the lesion, one of 32 all of it and as much again beside it.
SMALLEST_PATCH, LARGEST_PATCH = 20, 32


def _hidden(edge: float) -> str:
    """How much of a round lesion a square patch hides, and how much beside it."""
    row, column = np.mgrid[-200:200, -200:200] / 5 + 0.1  # fifths of a pixel
    lesion, patch = np.hypot(row, column) < LESION / 2, np.maximum(abs(row), abs(column)) < edge / 2
    beside = (patch & ~lesion).sum() / 25
    return (
        f"A patch of {edge:g} pixels hides {(lesion & patch).sum() / lesion.sum():.0%} of a round "
        f"lesion of {LESION} pixels, and {beside:.0f} pixels beside it."
    )


PATCH_SIZE = ask.number(
    "patch-size",
    LESION,
    ask.slip(
        "tiny patch",
        4,
        "Too small to hide the lesion: compare how far the output falls.",
        lambda answer: answer <= 8,
    ),
    ask.slip(
        "an area",
        LESION**2,
        f"A film is {FILM} pixels wide. Give the edge of the patch, not its area.",
        lambda answer: answer > FILM,
    ),
    ask.slip(
        "huge patch",
        96,
        "So large that it hides the lesion from almost every place: the map does not say where.",
        lambda answer: answer >= 64,
    ),
    ask.slip(
        "a part of a pixel",
        LESION + 0.5,
        "A patch is made of whole pixels: give a whole number.",
        lambda answer: SMALLEST_PATCH <= answer <= LARGEST_PATCH,
    ),
    ask.slip(
        "a share of the film",
        40,
        "It hides the lesion and much beside it. The map does not say which of the two mattered.",
        lambda answer: answer > LARGEST_PATCH,
    ),
    accepts=lambda answer: answer in range(SMALLEST_PATCH, LARGEST_PATCH + 1),
    accepted=f"From {SMALLEST_PATCH} to {LARGEST_PATCH} whole pixels are accepted.",
    points=1,
    forms=[SMALLEST_PATCH, LARGEST_PATCH],
    unfit="One number: the edge of the square patch, in pixels.",
    unit="pixels",
    task="Occlusion patch for a lesion of 24 pixels",
    otherwise="It leaves much of the lesion in view, so the score falls little.",
    why="Large enough to hide the lesion, small enough to say where it is.",
    comment=lambda answer: _hidden(answer),
    hint="Think of a thumb that covers the lesion on the lightbox.",
    next_hint="About the lesion's own size.",
)


def _completeness(frozen: Frozen) -> str:
    """Both sums and what is between them; one film and no draw, so there is no interval."""
    difference = frozen.f_film - frozen.f_black
    return (
        f"Shares: {frozen.shares:.3f}. Difference of the outputs: {difference:.3f}. Missed by "
        f"{abs(round(frozen.shares, 3) - round(difference, 3)):.3f}, which is "
        f"{abs(frozen.error / difference):.1%} of it."
    )


ADDS_UP = ask.number(
    "adds-up",
    lambda f: f.error,
    ask.slip(
        "a share of the difference",
        lambda f: f.error / (f.f_film - f.f_black),
        "That is a share of the difference. Give the difference itself: no division.",
        lambda answer, f: any(
            abs(abs(answer / scale * (f.f_film - f.f_black)) - abs(f.error)) <= abs(f.error) / 20
            for scale in (1, 100)
        ),
    ),
    ask.slip(
        "nothing is missed",
        0.0,
        "It is not exactly nothing. The method goes in small steps, and they leave a remainder. "
        "How large is it?",
        lambda answer, f: abs(answer) < abs(f.error) / 2,
    ),
    ask.slip(
        "sum of absolute values",
        lambda f: f.share_sizes - (f.f_film - f.f_black),
        "Keep the signs: some shares are negative.",
    ),
    ask.slip(
        "an output alone",
        lambda f: f.f_film,
        "That is one of the two outputs. Take their difference, and the sum of the shares beside "
        "it.",
        lambda answer, f: min(abs(answer - f.f_film), abs(answer - f.f_black)) <= 0.0055,
    ),
    ask.slip(
        "one divided by the other",
        lambda f: f.shares / (f.f_film - f.f_black),
        "That is one divided by the other. Take one off the other.",
        lambda answer, f: (
            min(
                abs(answer - f.shares / (f.f_film - f.f_black)),
                abs(answer - (f.f_film - f.f_black) / f.shares),
            )
            <= 0.0005
        ),
    ),
    ask.slip(
        "compared with f(film)",
        lambda f: f.shares - f.f_film,
        "That compares with f(film) alone. The shares explain a difference: f(black) counts.",
        lambda answer, f: abs(abs(answer) - abs(f.shares - f.f_film)) <= f.slack,
    ),
    ask.slip(
        "the sum alone",
        lambda f: f.shares,
        "That is one side. By how much do shares.sum() and f_film - f_black differ?",
    ),
    ask.slip(
        "no bracket",
        lambda f: f.shares - f.f_film - f.f_black,
        "The difference is taken off as a whole: put it in brackets, (f_film - f_black).",
    ),
    # half of what is missed, so that "nothing is missed" is no right answer
    accepts=lambda answer, f: abs(abs(answer) - abs(f.error)) <= abs(f.error) / 2,
    alike=lambda f: f.slack,
    points=1,
    accepted="The sign does not count. From half of the right number to one and a half times it "
    "is accepted.",
    unfit="One number: what is left when one of the two is taken off the other.",
    task="By how much the shares miss the difference of the two outputs",
    forms=lambda f: [-f.error, float(f"{f.error:.2g}"), np.float32(f.error)],
    otherwise="Sum of the shares, minus the difference of the two outputs.",
    why="The shares add up, except for a small remainder from the size of the steps.",
    comment=lambda answer, f: _completeness(f),
    hint="The sum should be f_film - f_black.",
    next_hint="shares.sum() minus the bracket (f_film - f_black).",
)


# other ways to say that a kind of map passes, or does not
WORDINGS = {
    **dict.fromkeys(
        ("passes", "passed", "yes", "it passes", "ok", "passes the check", "passes the test"),
        "pass",
    ),
    **dict.fromkeys(
        ("fails", "failed", "no", "it fails", "not pass", "does not pass", "not passed",
         "did not pass", "fails the check", "fails the test"), "fail",
    ),
}  # fmt: skip


def _is_word(part) -> bool:
    """Whether a part of a row is a text that is no number."""
    try:
        return isinstance(part, str) and float(part) is None
    except ValueError:
        return True


def _read(answer: dict) -> dict[str, tuple[float, str]] | None:
    """Letter to (rho, word), or None where the table has another form."""
    out = {}
    if {str(name).strip().upper() for name in answer} - set(saliency.SANITY):
        return None
    for letter in saliency.SANITY:
        row = answer.get(letter, answer.get(letter.lower()))
        if not isinstance(row, list) or len(row) != 2:
            return None
        # both orders are clear, and a rho in quotation marks or with its interval is one
        value, word = row if _is_word(row[1]) else row[::-1]
        value = value[0] if isinstance(value, list) and value else value
        value = float(value) if isinstance(value, str) and not _is_word(value) else value
        if not isinstance(value, (int, float)) or not isinstance(word, str):
            return None
        out[letter] = (float(value), wordings.read(word, ("pass", "fail"), WORDINGS))
    return out


def _sanity(answer: dict, frozen: Frozen) -> bool:
    read = _read(answer)
    return read is not None and all(
        ask.close(value, frozen.rho[letter], RHO_WITHIN) and word == frozen.verdicts[letter]
        for letter, (value, word) in read.items()
    )


def _table(frozen: Frozen, words: dict | None = None) -> dict:
    return {k: (rho, (words or frozen.verdicts)[k]) for k, rho in frozen.rho.items()}


def _words(answer: dict) -> list[str]:
    read = _read(answer)
    return [word for _, word in read.values()] if read else []


def _other_verdicts(answer: dict, frozen: Frozen) -> list[str]:
    """The maps whose verdict is not the one that their rho deserves."""
    pairs = zip(_words(answer), frozen.verdicts.items(), strict=False)
    return [letter for word, (letter, right) in pairs if word != right]


SANITY = ask.table(
    "sanity",
    _table,
    _sanity,
    ask.slip(
        "another form",
        lambda f: dict(f.rho),
        'For each of A, B and C two things in round brackets: its rho, then "pass" or "fail".',
        lambda answer: _read(answer) is None,
    ),
    ask.slip(
        "other words",
        lambda f: _table(f, dict.fromkeys("ABC", "perhaps")),
        'The verdict is one of two words: "pass" or "fail".',
        lambda answer: not set(_words(answer)) <= {"pass", "fail"},
    ),
    ask.slip(
        "all pass",
        lambda f: _table(f, dict.fromkeys("ABC", "pass")),
        "Look at rho of map {m} again: the map is the same although the network was erased.",
        lambda answer: _words(answer) == ["pass"] * 3,
        lambda answer, f: {"m": [k for k, word in f.verdicts.items() if word == "fail"][-1]},
    ),
    ask.slip(
        "looks as criterion",
        lambda f: _table(
            f, {k: {"pass": "fail", "fail": "pass"}[w] for k, w in f.verdicts.items()}
        ),
        'A map that hardly changes gets "fail", however sharp it looks. Go by rho alone.',
        lambda answer, f: (
            ("pass", "fail") in zip(_words(answer), f.verdicts.values(), strict=False)
        ),
    ),
    ask.slip(
        "one verdict",
        lambda f: _table(f, dict.fromkeys("ABC", "fail")),
        'Look at map {m} again: is its rho below .5? Then it gets "pass", otherwise "fail".',
        lambda answer, f: bool(_other_verdicts(answer, f)),
        lambda answer, f: {"m": _other_verdicts(answer, f)[0]},
    ),
    ask.slip(
        "rho of another map",
        lambda f: {k: (0.95, word) for k, word in f.verdicts.items()},
        'The verdicts fit, but a rho does not: use rho("A"), rho("B") and rho("C").',
        lambda answer, f: _words(answer) == list(f.verdicts.values()),
    ),
    limit=10,
    accepted=f"Each rho may differ by up to {ask.said(RHO_WITHIN)}.",
    task="Rank correlation with the half-erased network, and a verdict, for three kinds of map",
    forms=lambda f: [
        {k: [round(rho, 2), f.verdicts[k].upper()] for k, rho in f.rho.items()},
        {k.lower(): (np.float32(rho), f.verdicts[k]) for k, rho in f.rho.items()},
        {k: (f.verdicts[k], rho) for k, rho in f.rho.items()},
        {k: (rho, {"pass": "passed", "fail": "No."}[f.verdicts[k]]) for k, rho in f.rho.items()},
        {k: (f"{rho:.2f}", f.verdicts[k]) for k, rho in f.rho.items()},
        {k: (rho, f"{f.verdicts[k].title()}.") for k, rho in f.rho.items()},
        {k: (f.rho_estimates[k], f.verdicts[k]) for k in f.rho},
    ],
    unfit=(
        'A table in braces: {"A": (0.1, "pass"), "B": (..., ...), "C": (..., ...)}, '
        "with your own numbers and words."
    ),
    otherwise="The verdict follows rho: below .5 the map depends on what was learnt.",
    why="A map that stays the same never showed what the network knew.",
    comment=lambda answer, f: "; ".join(map(str, f.rho_estimates.values())) + ".",
    hint='rho("A") gives the number; low correlation is good news here.',
    next_hint='Below .5 write "pass", else "fail"; for each letter in round brackets: (rho, word).',
    offer=offers.fill(
        '{"A": ([], []), "B": ([], []), "C": ([], [])}',
        *(
            part
            for k in "ABC"
            for part in (offers.line(f"{k}: its rho"), offers.one(f"{k} is a", ["pass", "fail"]))
        ),
    ),
)


def _near(answer: tuple, right: Estimate) -> bool:
    return ask.matches(answer, right, RATE_WITHIN)


def _value_near(answer: tuple, right: Estimate) -> bool:
    return ask.close(answer[0], right.value, RATE_WITHIN)


ON_TARGET = ask.estimates(
    "on-target-rate",
    lambda f: (f.rate, f.excess),
    ask.slip(
        "the wrong way round",
        lambda f: (f.excess, f.rate),
        "The hit rate first, its excess second.",
        within=RATE_WITHIN,
    ),
    ask.slip(
        "peak of the mask",
        lambda f: f.mask_peak,
        "You pointed with the outline itself. Point with the map: explain.hits(maps[these], "
        "masks[these]).",
        lambda answer, f: _value_near(answer[0], f.mask_peak[0]),
    ),
    ask.slip(
        "one finding only",
        lambda f: f.by_finding[-1],
        "That is one finding alone: hit and luck still hold the films of the cell above. "
        "Choose your films first, then make hit and luck anew.",
        lambda answer, f: any(
            _near(answer[0], one[0]) and _near(answer[1], one[1]) for one in f.by_finding
        ),
    ),
    ask.slip(
        "the excess twice",
        lambda f: (f.excess, f.excess),
        "That is the excess twice. The hit rate comes first: explain.rate(hit).",
        lambda answer, f: _near(answer[0], f.excess) and ask.close(answer[0], answer[1], 0.001),
    ),
    ask.slip(
        "counted negatives",
        lambda f: f.with_negatives,
        "Films without a finding have nothing to hit: leave them out.",
        lambda answer, f: _value_near(answer[0], f.with_negatives[0]),
    ),
    ask.slip(
        "the rate twice",
        lambda f: (f.rate, f.rate),
        "The second number is what is left after chance: take the control off.",
        lambda answer, f: _value_near(answer[1], f.rate),
    ),
    ask.slip(
        "another control",
        lambda f: (
            f.rate,
            tuple(part - f.without_looking[1] for part in ask.triple(f.rate)),
        ),
        "The hit rate is right. The second number is its excess over a random point in the lung: "
        "explain.excess(hit, luck).",
        lambda answer, f: (
            _near(answer[0], f.rate)
            and any(abs(f.rate.value - luck - answer[1][0]) <= 0.02 for luck in f.without_looking)
        ),
    ),
    ask.slip(
        "another second number",
        lambda f: (f.rate, (0.1, 0.05, 0.15)),
        "The hit rate is right. The second number is explain.excess(hit, luck).",
        lambda answer, f: _near(answer[0], f.rate),
    ),
    accepted=f"Values and the ends of their intervals may differ by up to {ask.said(RATE_WITHIN)}.",
    task="Pointing-game hit rate and its excess over a random point in the lung",
    n=2,
    within=RATE_WITHIN,
    unfit="Two estimates in brackets: (explain.rate(hit), explain.excess(hit, luck)).",
    otherwise="Not the rate and excess over all films that have a finding.",
    why="The second number is what the map adds to a point chosen at random.",
    comment=lambda answer, f: f"Found: {f.rate}; {f.excess}.",
    hint='Which films can be hit at all? these = kind != "none"',
    next_hint="hit = explain.hits(maps[these], masks[these]); luck likewise with explain.chance.",
)


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


def _at_smallest(frozen: Frozen) -> str:
    """The excess found, and how many of these nodules the network called at all."""
    row = _row(frozen.smallest, frozen)
    called = frozen.size_called[row]
    found = metrics.share(int(called.sum()), len(called), "nodules of this size called at all")
    return f"At {frozen.smallest:g} mm: {frozen.size_excess[row]}; {found}."


HOW_SMALL = ask.number(
    "how-small",
    lambda f: f.smallest,
    ask.slip(
        "smallest with any hit",
        _first_hit,
        "{k} of {n} are hit at that size. Look at the excess: is it .25 or more?",
        lambda answer, f: _row(answer, f) is not None and abs(answer - _first_hit(f)) < 0.01,
        _at,
    ),
    ask.slip(
        "pixels",
        lambda f: round(f.smallest / f.spacing, 1),
        "That is none of the diameters on the axis. Is it a size in pixels? The axis is in mm.",
        lambda answer, f: _row(answer, f) is None and abs(answer - f.smallest / f.spacing) < 1.5,
    ),
    ask.slip(
        "the largest",
        lambda f: float(f.mm[-1]),
        "The excess is large enough there, but a smaller diameter is enough too.",
        lambda answer, f: _row(answer, f) is not None and answer > f.smallest,
    ),
    ask.slip(
        "raw rate read",
        lambda f: float(f.mm[_row(f.smallest, f) - 1]),
        "The excess at that size is {e}; .25 is asked for. (A random point alone hits {p}.)",
        lambda answer, f: _row(answer, f) is not None,
        _at,
    ),
    within=0.01,
    accepted="",
    points=1,
    unit="mm",
    task="Smallest nodule at which the excess over chance is .25",
    otherwise="Give one of the diameters on the axis, in mm.",
    why="Below that size a hot spot says little about a nodule.",
    comment=lambda answer, f: _at_smallest(f),
    hint="Read the lower curve, and its interval.",
    next_hint="Go from the left: the first point at or above the dashed line, with its interval "
    "above 0.",
)


WRONG_REASON = ask.indices(
    "wrong-reason",
    lambda f: f.on_device,
    ask.none("On some films it does. Look where each cross lies."),
    ask.every(8, "Not on all eight. Compare each cross with the blue outline.", "all eight"),
    ask.beyond(8, "The films are numbered 0 to 7.", "a film that is not there"),
    ask.ticked(
        lambda f: set(range(8)) - f.on_device,
        "a lesion beside a drain",
        "On at least one film you ticked, the cross lies in the blue outline.",
    ),
    ask.missed("Right so far. On at least one more film the cross is far from the outline."),
    limit=8,
    look=True,
    sealed=True,
    unfit="Film numbers in braces with commas between them, for instance {0, 1}.",
    task="Which of eight right calls look at the drain",
    otherwise="Tick films by their numbers, 0 to 7.",
    why="Right call, wrong place. The score alone does not tell you.",
    comment=lambda answer, f: f"Among all right calls on drained films: {f.on_device_share}.",
    hint="Look at the cross, not at the colour.",
    next_hint="Is the cross in the blue outline, or well away from it and on the tube?",
)


EVIDENCE = ask.choice(
    "is-it-evidence",
    ("B", 2),
    names="conclude, because",
    task="What a map that agrees with you lets you conclude",
    letters={
        "A": (
            "finding confirmed",
            "Go back to the four films on which the network erred. What did you see there?",
        ),
        "C": (
            "the AI is useless",
            "The map only shows where. Whether the calls are right is another question, and the "
            "AUC answers it.",
        ),
    },
    because=(
        "right, wrong reason",
        "The conclusion is right, the reason is not. What did the four films show on which the "
        "network erred?",
    ),
    why="A map on a shadow shows that the network saw the shadow, not that its call is right.",
    comment=lambda answer, f: f"Here: {f.real_shadow}; {f.nodules.rate}.",
    hint="What would disagreement have meant to you?",
    next_hint="Look at the four films of the wrong nodule calls again.",
)

EXERCISES = (
    BOXES, PATCH_SIZE, ADDS_UP, SANITY, ON_TARGET, HOW_SMALL, WRONG_REASON, EVIDENCE,
)  # fmt: skip
