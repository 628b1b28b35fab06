"""Checks of lesson 07, "When the world shifts"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.lessons.l07 import door, films
from readingroom.questions import builders as ask, kinds, offers

# Exercises whose value a later cell goes on with.
CARRIED = ("re-set", "gatekeeper")

WITHIN = 0.02  # of the wanted specificity, on the 100 local normals


@dataclass(frozen=True)
class Frozen:
    """What lesson 07's checks read: stored scores, forty deliveries and eight films."""

    shift: films.Shift
    auc: Estimate
    specificity: Estimate
    door: door.Door
    spot: films.Spot
    levels: list[int]
    attacked: list[Estimate]
    noise: list[Estimate]

    def quiet(self, threshold: float) -> float:
        """Specificity on the 100 local normals after the change."""
        return float((self.shift.local < threshold).mean())


def frozen(mode: str) -> Frozen:
    """Load and count everything once for one mode."""
    found = films.shift_of(mode)
    return Frozen(
        shift=found,
        auc=metrics.auc_diff(found.y, found.whiter, found.usual),
        specificity=films.specificity_change(found.y, found.whiter, found.usual),
        door=door.door_of(mode),
        spot=films.spot_of(mode),
        levels=films.levels(found),
        attacked=films.accuracy_under(found, "attack"),
        noise=films.accuracy_under(found, "noise"),
    )


def _near(answer: tuple, *others: Estimate) -> bool:
    return all(abs(a[0] - b.value) <= 0.01 for a, b in zip(answer, others, strict=True))


def _same(answer: tuple, *others: Estimate) -> bool:
    return all(ask.matches(a, b, 0.01, 0.02) for a, b in zip(answer, others, strict=True))


def _turned(one: Estimate) -> tuple[float, float, float]:
    return -one.value, -one.hi, -one.lo


def _turns(answer: tuple, f: Frozen) -> list[bool] | None:
    """Which of the two changes have the other sign; None where one has another size."""
    pairs = list(zip(answer, (f.auc, f.specificity), strict=True))
    if any(abs(abs(a[0]) - abs(b.value)) > 0.01 for a, b in pairs):
        return None
    return [abs(a[0] + b.value) < abs(a[0] - b.value) for a, b in pairs]


def _values(scores: np.ndarray, f: Frozen) -> tuple[float, float]:
    """AUC and specificity of scores, without intervals."""
    return metrics._auc(f.shift.y == 1, scores), float((scores[f.shift.y == 0] < 0.5).mean())


def _part_near(answer: tuple, wanted: tuple[float, float]) -> bool:
    return any(abs(a[0] - b) <= 0.01 for a, b in zip(answer, wanted, strict=True))


def _of_inverted(answer: tuple, f: Frozen) -> bool:
    """Whether one of the two changes is to or from the inverted films."""
    turned, usual, whiter = (
        np.array(_values(one, f)) for one in (f.shift.inverted, f.shift.usual, f.shift.whiter)
    )
    changes = [sign * (turned - other) for other in (usual, whiter) for sign in (1, -1)]
    return any(_part_near(answer, tuple(one)) for one in changes)


SCORES = ("whiter", "usual", "inverted")

RANK = ask.question(
    "rank-or-threshold",
    kinds.tuple_of(kinds.estimate(), kinds.estimate()),
    lambda f: (f.auc, f.specificity),
    lambda answer, f: _same(answer, f.auc, f.specificity),
    ask.exactly(
        "old minus new in the AUC",
        lambda f: (_turned(f.auc), f.specificity),
        "Your change of the AUC is old minus new. The new scores come first, in both.",
    ),
    ask.slip(
        "old minus new in one of the two",
        lambda f: (f.auc, _turned(f.specificity)),
        "One of your two changes is old minus new. The new scores come first, in both.",
        lambda answer, f: sorted(_turns(answer, f) or []) == [False, True],
    ),
    ask.slip(
        "the same scores twice",
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
        "Scores were compared with themselves, so nothing changed. First the new scores, then the "
        "old ones.",
        lambda answer: any(tuple(part) == (0, 0, 0) for part in answer),
    ),
    ask.slip(
        "only AUC",
        lambda f: (f.auc, f.auc),
        "Ranking survived; look at who gets an alarm. The second thing is the change of "
        "specificity.",
        lambda answer, f: _near(answer, f.auc, f.auc),
    ),
    ask.slip(
        "old minus new",
        lambda f: (_turned(f.auc), _turned(f.specificity)),
        "Those are the old films minus the whiter ones. The new scores come first.",
        lambda answer, f: _turns(answer, f) == [True, True],
    ),
    ask.slip(
        "another order",
        lambda f: (f.specificity, f.auc),
        "The other way round: the change of AUC first, then that of specificity.",
        lambda answer, f: _near(answer, f.specificity, f.auc),
    ),
    ask.slip(
        "only specificity",
        lambda f: (f.specificity, f.specificity),
        "That is the change of specificity twice. The first thing is the change of the AUC.",
        lambda answer, f: _near(answer, f.specificity, f.specificity),
    ),
    ask.slip(
        "after the change, not the change",
        lambda f: (metrics.auc(f.shift.y, f.shift.whiter), f.specificity),
        "At least one of the two is how it stands on the whiter films, not by how much it changed. "
        "Ask the two functions of the text.",
        lambda answer, f: _part_near(answer, _values(f.shift.whiter, f)),
    ),
    ask.slip(
        "inverted films",
        lambda f: (
            metrics.auc_diff(f.shift.y, f.shift.inverted, f.shift.usual),
            films.specificity_change(f.shift.y, f.shift.inverted, f.shift.usual),
        ),
        "The inverted films are in it. Asked are the whiter ones, less the usual ones.",
        _of_inverted,
    ),
    ask.slip(
        "other intervals",
        lambda f: (f.auc, (f.specificity.value, -1.0, 1.0)),
        "Both values fit, and an interval does not. Take each change together with its own.",
        lambda answer, f: _near(answer, f.auc, f.specificity),
    ),
    task="Change of AUC and of specificity when films are displayed whiter",
    accepted="Each value may differ by up to .01, each end of an interval by up to .02.",
    unfit="Two changes with their intervals, with a comma between them.",
    otherwise="These are not the two changes from the usual films to the whiter ones. Each of the "
    "two functions takes y, then the new scores, then the old ones.",
    why="The order of the films hardly changed. Who gets an alarm did: the threshold stayed where "
    "it was while the scores rose.",
    comment=lambda answer, f: f"{f.auc}; {f.specificity}",
    forms=lambda f: [
        [(e.value, e.lo, e.hi) for e in (f.auc, f.specificity)],
        tuple(tuple(round(p, 3) for p in (e.value, e.lo, e.hi)) for e in (f.auc, f.specificity)),
    ],
    hint="Two functions count them: rr.metrics.auc_diff(y, new, old) and "
    "here.specificity_change(y, new, old).",
    next_hint="The new scores are called whiter, the old ones usual. Give both, with a comma.",
    offer=offers.fill(
        "rr.metrics.auc_diff(y, [], []), here.specificity_change(y, [], [])",
        offers.one("AUC, new scores", SCORES, quoted=False),
        offers.one("AUC, old scores", SCORES, quoted=False),
        offers.one("specificity, new scores", SCORES, quoted=False),
        offers.one("specificity, old scores", SCORES, quoted=False),
    ),
)


def _limits(frozen: Frozen) -> tuple[float, float]:
    """The lowest and the highest threshold that are accepted, a little inside."""
    scores = np.sort(frozen.shift.local)
    good = [t for t in np.unique(scores) if abs(frozen.quiet(t) - films.WANTED) <= WITHIN]
    return float(good[0]), float(good[-1])


def _of_ill(frozen: Frozen) -> float:
    """The threshold of whoever lets 85 of 100 ill films lie below it."""
    return float(np.quantile(frozen.shift.whiter[frozen.shift.y == 1], films.WANTED))


RESET = ask.number(
    "re-set",
    lambda f: float(np.quantile(f.shift.local, films.WANTED)),
    ask.slip(
        "no score",
        85.0,
        "A threshold is a score, so it lies between 0 and 1. How many films stay quiet is another "
        "number.",
        lambda answer: not 0 <= answer <= 1,
    ),
    ask.slip(
        "old threshold",
        0.5,
        "Specificity is now {s}. The old threshold belongs to the old films.",
        lambda answer: abs(answer - 0.5) < 1e-9,
        lambda answer, f: {"s": f"{f.quiet(0.5):.2f}"},
    ),
    ask.slip(
        "used positives",
        lambda f: _of_ill(f),
        "That is where the ill films lie: {s} of the normals would stay quiet. Normals decide "
        "specificity: use local, the 100 normals.",
        lambda answer, f: (
            abs(answer - _of_ill(f)) <= 5e-5 and abs(f.quiet(answer) - films.WANTED) > WITHIN
        ),
        lambda answer, f: {"s": f"{f.quiet(answer):.2f}"},
    ),
    ask.slip(
        "the wrong side",
        lambda f: float(np.quantile(f.shift.local, 1 - films.WANTED)),
        "Specificity is now {s}: you let 15 of 100 normals stay quiet, not 85.",
        lambda answer, f: abs(f.quiet(answer) - (1 - films.WANTED)) <= WITHIN,
        lambda answer, f: {"s": f"{f.quiet(answer):.2f}"},
    ),
    ask.slip(
        "elsewhere",
        lambda f: float(np.quantile(f.shift.local, 0.5)),
        "With it {n} of the 100 local normals stay quiet. Aim at 85.",
        True,
        lambda answer, f: {"n": round(100 * f.quiet(answer))},
    ),
    accepts=lambda answer, f: abs(f.quiet(answer) - films.WANTED) <= WITHIN + 1e-9,
    alike=0.0005,
    accepted="A specificity from .83 to .87 on the 100 local normals is accepted.",
    task="A new threshold for the whiter films",
    forms=lambda f: list(_limits(f)),
    otherwise="Between 83 and 87 of the 100 local normals must lie below the threshold.",
    why="A hundred normal films of your own department are enough to move the threshold back. No "
    "label of an ill patient was needed.",
    comment=lambda answer, f: _elsewhere(answer, f),
    hint="np.quantile(local, q) is the score below which the share q of them lies.",
    next_hint="Specificity .85 means that 85 of 100 normals lie below.",
    offer=offers.fill("np.quantile(local, [])", offers.slide("share below it", 0, 1, 0.01)),
)


def _elsewhere(answer: float, frozen: Frozen) -> str:
    found, rows = frozen.shift, frozen.shift.away
    y, s = found.y[rows], found.whiter[rows]
    quiet = metrics.specificity(y, s >= answer)
    caught = metrics.sensitivity(y, s >= answer)
    return (
        f"With it {100 * frozen.quiet(answer):.0f} of your 100 stay quiet. On the other films: "
        f"{quiet}; {caught}."
    )


def _stopped(answer: list[int], frozen: Frozen) -> dict:
    stopped, turned = frozen.door.outcome(answer)
    return {"n": stopped, "k": turned}


TAGS = {1, 2, 3, 4, 5}

GATE = ask.indices(
    "gatekeeper",
    [1, 2, 3, 4, 5, 6],
    ask.beyond(len(door.RULES) + 1, "The rules are numbered from 1 to 7.", "no such rule"),
    ask.none("A gate without a rule is an open door. Tick some rules."),
    ask.slip(
        "rule 0",
        [0, 1],
        "The rules are numbered from 1 to 7.",
        lambda answer: 0 in answer,
    ),
    ask.slip(
        "stops all",
        [1, 2, 3, 4, 5, 6, 7],
        "Nothing gets through, or nearly: {k} of 20 proper films are turned away. Rule 7 calls "
        "nearly every film odd.",
        lambda answer: 7 in answer,
        _stopped,
    ),
    ask.slip(
        "statistic only",
        [6],
        "Inverted films pass: use the photometric tag. {n} of 20 strangers are stopped.",
        lambda answer: set(answer) == {6},
        _stopped,
    ),
    ask.slip(
        "tags only",
        [1, 2, 3, 4, 5],
        "{n} of 20 strangers are stopped. A hand that was sent as a chest passes, and so do films "
        "on their side: their headers are in order. Look at the picture too.",
        lambda answer: set(answer) == TAGS,
        _stopped,
    ),
    ask.slip(
        "without the photometric tag",
        [1, 2, 3, 5, 6],
        "{n} of 20 strangers are stopped. Inverted films pass: use the photometric tag.",
        lambda answer: 4 not in answer,
        _stopped,
    ),
    ask.slip(
        "too few rules",
        [1, 4],
        "{n} of 20 strangers are stopped, and at least 18 must be. Each rule stops another kind.",
        True,
        _stopped,
    ),
    limit=20,
    accepts=lambda answer, f: (
        all(1 <= i <= len(door.RULES) for i in answer) and f.door.good(answer)
    ),
    task="The rules of a gate before the program",
    accepted="At least 18 of 20 strangers stopped, at most 2 of 20 proper films turned away.",
    forms=lambda f: [{1, 2, 3, 4, 5, 6}, (6, 5, 4, 3, 2, 1)],
    otherwise="At least 18 of 20 strangers must be stopped, and at most 2 of 20 proper films.",
    why="The header stops what is honest about itself. The statistic stops what is not. Neither "
    "does it alone.",
    comment=lambda answer, f: _counted(answer, f),
    hint="Ask for each kind of stranger which line of its header gives it away.",
    next_hint="Five rules read the header, one looks at the picture. One rule stops everybody.",
    offer=offers.fill(
        "[" + "[]" * len(door.RULES) + "]",
        *(offers.tick(f"{n}: {said}", f"{n}, ") for n, said in door.RULES.items()),
    ),
)


def _counted(answer: list[int], frozen: Frozen) -> str:
    stopped, turned = frozen.door.outcome(answer)
    return (
        f"{metrics.share(stopped, 20, 'strangers stopped', 'deliveries')}; "
        f"{metrics.share(turned, 20, 'proper films turned away', 'deliveries')}."
    )


SPOT = ask.indices(
    "spot-the-attack",
    [],
    ask.beyond(films.SPOT, "The films are numbered from 0 to 7.", "no such film"),
    ask.every(films.SPOT, "All eight? Four of them are untouched.", "all of them"),
    ask.slip(
        "high-contrast films",
        lambda f: f.spot.contrast,
        "Those are untouched; that you cannot see it is the point.",
        lambda answer, f: set(answer) == set(f.spot.contrast),
    ),
    ask.slip(
        "a guess",
        lambda f: [f.spot.attacked[0], f.spot.contrast[0]],
        "Four films were attacked. You named {n} of them, and {k} that are untouched. Open the "
        "difference map below. If you guessed, the honest answer is that you cannot tell: [].",
        True,
        lambda answer, f: {
            "n": len(set(answer) & set(f.spot.attacked)),
            "k": len(set(answer) - set(f.spot.attacked)),
        },
    ),
    accepts=lambda answer, f: not answer or set(answer) == set(f.spot.attacked),
    limit=films.SPOT,
    points=2,
    look=True,
    unfit="Film numbers in square brackets. If you cannot tell, type [] without quotation marks.",
    task="Which of eight films were attacked",
    accepted="The four films, or the honest answer [].",
    otherwise="Four films are attacked. If you cannot tell, say so: [].",
    why="Named without a single error.",
    why_none="Honest. Nobody can tell, and no reader can be the defence.",
    comment=lambda answer, f: f"Attacked were films {', '.join(map(str, f.spot.attacked))}.",
    forms=lambda f: [f.spot.attacked, set(f.spot.attacked)],
    hint="Look for grain that does not belong there. Or admit that there is nothing to see.",
    next_hint="An empty pair of square brackets, [], means: I cannot tell.",
)


def _smallest(frozen: Frozen) -> int:
    return next(k for k, one in zip(frozen.levels, frozen.attacked, strict=True) if one.value < 0.5)


SMALLEST = ask.number(
    "smallest-step",
    _smallest,
    ask.slip(
        "random noise",
        9,
        "The lines end at 8 grey levels. Noise of that size does nothing; direction matters. Read "
        "the lines of the attack.",
        lambda answer, f: answer > max(f.levels),
    ),
    ask.slip(
        "no such line",
        5.5,
        "Give a number of grey levels that has a line above.",
        lambda answer, f: answer not in f.levels,
    ),
    ask.slip(
        "one too early",
        lambda f: _smallest(f) - 1,
        "There the accuracy is still {a}, not below one half.",
        lambda answer, f: 0 <= answer < _smallest(f) and answer in f.levels,
        lambda answer, f: {"a": f"{f.attacked[int(answer)].value:.2f}"},
    ),
    ask.slip(
        "the largest",
        8,
        "That is enough, but a smaller step does it already.",
        lambda answer, f: answer > _smallest(f),
    ),
    points=1,
    unit="grey levels",
    task="Fewest grey levels with which the attack brings the accuracy below .5",
    otherwise="Take the first line of the attack in which the accuracy is below one half.",
    why="So few of 255 grey levels make the program worse than a coin.",
    comment=lambda answer, f: str(f.attacked[int(answer)]),
    hint="Read the lines of the attack from the top.",
    next_hint="The first number below one half is enough.",
)


THREAT = ask.choice(
    "threat",
    ("B", 3),
    names="who, because",
    task="Who could do this, and what follows",
    letters={
        "A": (
            "a passer-by",
            "Needs the model and the file. A passer-by has neither.",
        ),
        "C": (
            "the detector",
            "A detector makes noise, and noise of this size does nothing. It takes somebody's "
            "intent.",
        ),
        "D": (
            "everybody on the internet",
            "Your archive does not lie on the internet. Who can write to it?",
        ),
    },
    because=(
        "right person, wrong reason",
        "The person is right, the reason is not. What makes it possible?",
    ),
    why="Somebody inside, or somebody who is paid by the result, has access, time and a reason. So "
    "protect the route of the file first: it is cheaper than any training.",
    hint="What must somebody have in hand: the film, the file, the program?",
    next_hint="Look for the one who has access to the file and something to gain.",
)

EXERCISES = (RANK, RESET, GATE, SPOT, SMALLEST, THREAT)
