"""Checks of lesson 03, "Train a chest X-ray classifier"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.kernel import stored
from readingroom.questions import kinds
from readingroom.questions.exercises import Exercise, Wrong

# Exercises whose value a later cell goes on with.
CARRIED = ("stop-here",)

STOP_WITHIN = 2  # epochs
GAIN_WITHIN = 0.004  # narrower than elsewhere: unpaired or reversed must not slip through
ENOUGH_WITHIN = 0.03

# Numbers of the pictures of `readingroom.lessons.l03.moves.MOVES` that leave a report true.
LEGAL = {0, 2, 4, 7}


@dataclass(frozen=True)
class Frozen:
    """What lesson 03's checks read: labels and stored runs, never a live training.

    Attributes
    ----------
    train_labels, test_labels : ndarray, (N,) of 0 and 1
    val_loss, test_auc : ndarray, (E,)
        Stored curve of the training size asked about, mean over draws, epochs 1 to E.
    sizes : ndarray, (S,)
        Training sizes of the learning curve.
    mean_auc : ndarray, (S,)
        Mean test AUC at the epoch that validation chose.
    gain, gain_unpaired : Estimate
        AUC of transfer minus AUC of pixels.
    """

    train_labels: np.ndarray
    test_labels: np.ndarray
    val_loss: np.ndarray
    test_auc: np.ndarray
    sizes: np.ndarray
    mean_auc: np.ndarray
    gain: Estimate
    gain_unpaired: Estimate


def transfer_scores(features: stored.Stored) -> np.ndarray:
    """Scores of logistic regression on the stored ImageNet features, (n,)."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=3000))
    model.fit(features["train"].astype(float), features["train_label"])
    return model.predict_proba(features["test"].astype(float))[:, 1]


def chosen_auc(curves: stored.Stored) -> np.ndarray:
    """Mean over draws of the test AUC at the epoch with the lowest validation loss, (S,)."""
    best = curves["val_loss"].argmin(axis=2)[..., None]  # (S, D, 1)
    return np.take_along_axis(curves["test_auc"], best, axis=2)[..., 0].mean(axis=1)


def frozen(mode: str) -> Frozen:
    """Load everything once for one mode."""
    from readingroom import data

    films = data.load("children", size=64, mode=mode)
    curves = stored.load("03", "curves", mode)
    features = stored.load("03", "features", mode)
    row = int(np.flatnonzero(curves["sizes"] == curves["yours"])[0])
    labels, new, old = features["test_label"], transfer_scores(features), features["pixel_score"]
    return Frozen(
        train_labels=films.part("train")[1],
        test_labels=films.part("test")[1],
        val_loss=curves["val_loss"][row].mean(axis=0),
        test_auc=curves["test_auc"][row].mean(axis=0),
        sizes=curves["sizes"],
        mean_auc=chosen_auc(curves),
        gain=metrics.auc_diff(labels, new, old),
        gain_unpaired=metrics.auc_diff(labels, new, old, paired=False),
    )


# --- dull-baseline


def _prevalence(frozen: Frozen) -> float:
    return float(frozen.test_labels.mean())


DULL = Exercise(
    slug="dull-baseline",
    kind=kinds.number(),
    points=2,
    fraction=True,
    task='Accuracy of "always positive" on the test films',
    accepts=lambda answer, frozen: abs(answer - _prevalence(frozen)) <= 0.006,
    reference=_prevalence,
    also_right=lambda frozen: [
        np.float32(frozen.test_labels.mean()),
        metrics.accuracy(frozen.test_labels, np.ones(len(frozen.test_labels))),
        round(_prevalence(frozen), 3),
    ],
    same=lambda one, other, frozen: abs(one - other) <= 0.006,
    wrong=(
        Wrong(
            "mix of the training films",
            lambda frozen: float(frozen.train_labels.mean()),
            "That is the mix you trained on, not the mix you test on.",
        ),
        Wrong("coin", lambda frozen: 0.5, "Coin flips, not the majority class."),
        Wrong(
            "the other class",
            lambda frozen: 1 - _prevalence(frozen),
            'That is the share that "always positive" gets wrong.',
        ),
        Wrong(
            "a count",
            lambda frozen: float(frozen.test_labels.sum()),
            "That is a number of films; divide it by how many films there are.",
            matches=lambda answer, frozen: answer > 100,
        ),
    ),
    otherwise="Not the share of test films that are positive. Count them, divide by all.",
    why="A model that looks at nothing scores this. Every later accuracy has to beat it.",
    hints=(
        "test_y holds a 1 for each positive test film.",
        "The mean of zeros and ones is the share of ones: test_y.mean()",
    ),
)

# --- loop-order

STEPS = ("zero", "forward", "backward", "step")


def _words(answer: tuple) -> tuple[str, ...]:
    return tuple(word.strip().lower() for word in answer)


def _in_order(answer: tuple, frozen: Frozen) -> bool:
    words = _words(answer)
    if sorted(words) != sorted(STEPS):
        return False
    start = words.index("forward")
    circle = words[start:] + words[:start]
    kept = [word for word in circle if word != "zero"]
    erased = circle.index("zero") == circle.index("step") - 1
    return kept == ["forward", "backward", "step"] and not erased


LOOP = Exercise(
    slug="loop-order",
    kind=kinds.tuple_of(*[kinds.text(40)] * 4),
    points=1,
    must=False,
    task="The four lines of a training step in order",
    accepts=_in_order,
    reference=lambda frozen: STEPS,
    also_right=lambda frozen: [
        ["forward", "zero", "backward", "step"],
        ("forward", "backward", "step", "zero"),
        ("Zero", "Forward", "Backward", "Step"),
    ],
    unfit='Four words, each in quotation marks: order = ("...", "...", "...", "...")',
    wrong=(
        Wrong(
            "no zero",
            lambda frozen: ("forward", "backward", "step", "forward"),
            "Gradients of the last batch are still in the sum.",
            matches=lambda answer, frozen: "zero" not in _words(answer),
        ),
        Wrong(
            "a word twice or unknown",
            lambda frozen: ("zero", "forward", "forward", "step"),
            "Use each of zero, forward, backward and step once.",
            matches=lambda answer, frozen: sorted(_words(answer)) != sorted(STEPS),
        ),
        Wrong(
            "erased before use",
            lambda frozen: ("forward", "backward", "zero", "step"),
            "You erased the direction just before the step that needs it.",
            matches=lambda answer, frozen: _erased(_words(answer)),
        ),
        Wrong(
            "step before the direction",
            lambda frozen: ("zero", "forward", "step", "backward"),
            "You moved before knowing the direction.",
            matches=lambda answer, frozen: not _erased(_words(answer)),
        ),
    ),
    otherwise="Read it round the circle: what must be known before each line can run?",
    why="Forget, look, find the direction, move; then the next batch.",
    hints=(
        "The step needs a direction; backward finds it; it needs the error of a forward pass.",
        "zero may stand anywhere but between backward and step.",
    ),
)


def _erased(words: tuple[str, ...]) -> bool:
    twice = words + words
    return any(twice[i : i + 3] == ("backward", "zero", "step") for i in range(len(words)))


# --- guess-shuffle


def _two_shares(answer: tuple, frozen: Frozen) -> bool:
    return all(0 <= part <= 1 for part in answer)


def _on_guess(answer: tuple, frozen: Frozen) -> str | None:
    memory, exam = answer
    if abs(memory - 0.5) <= 0.15 and abs(exam - 0.5) <= 0.15:
        return "But it can memorise 300 films; only the test is chance."
    if exam >= 0.65:
        return "But there is nothing to learn that carries over to other films."
    return None


GUESS = Exercise(
    slug="guess-shuffle",
    kind=kinds.tuple_of(kinds.number(), kinds.number()),
    points=2,
    fraction=True,
    look=True,
    task="Your guess: training accuracy and test AUC on shuffled labels",
    accepts=_two_shares,
    reference=lambda frozen: (1.0, 0.5),
    also_right=lambda frozen: [(0.5, 0.5), [1, 0.9], (np.float64(0.9), 0.6)],
    unfit="Two guesses: memory, then exam, like guess = (0.7, 0.7).",
    wrong=(
        Wrong("one number", lambda frozen: 0.5, "Two guesses: memory, then exam"),
        Wrong("percentages", lambda frozen: (100, 50), "That is a percentage"),
        Wrong(
            "outside 0 to 1",
            lambda frozen: (-0.2, 0.5),
            "Both lie between 0 and 1.",
            matches=lambda answer, frozen: True,
        ),
    ),
    otherwise="Both lie between 0 and 1.",
    why="Noted. The commitment earns the points; now look at the dots.",
    comment=_on_guess,
    hints=(
        "First: can it learn 300 films by heart? Second: does that help with other films?",
        "Memory or knowledge?",
    ),
)

# --- stop-here


def _lowest(frozen: Frozen) -> int:
    return int(frozen.val_loss.argmin()) + 1


STOP = Exercise(
    slug="stop-here",
    kind=kinds.number(),
    points=2,
    task="The epoch at which you stop",
    accepts=lambda answer, frozen: abs(answer - _lowest(frozen)) <= STOP_WITHIN,
    reference=_lowest,
    also_right=lambda frozen: [float(_lowest(frozen)), _lowest(frozen) + 1, _lowest(frozen) - 1],
    same=lambda one, other, frozen: one == other,
    wrong=(
        Wrong(
            "last epoch",
            lambda frozen: len(frozen.val_loss),
            "Validation loss has been rising for {k} epochs.",
            facts=lambda answer, frozen: {"k": len(frozen.val_loss) - _lowest(frozen)},
        ),
        Wrong(
            "best test epoch",
            lambda frozen: int(frozen.test_auc.argmax()) + 1,
            "You used the exam paper to revise.",
        ),
        Wrong(
            "first epoch",
            lambda frozen: 1,
            "Validation loss is still falling there: it has only begun to learn.",
        ),
        Wrong(
            "a loss, not an epoch",
            lambda frozen: float(frozen.val_loss.min()),
            "That is a loss; give the epoch at which it is lowest.",
            matches=lambda answer, frozen: 0 < answer < 1,
        ),
    ),
    otherwise="Not within two epochs of the lowest point; the bottom is flat, so look closely.",
    why="Lowest validation loss: chosen without a look at the test films.",
    hints=(
        "Follow the validation line, not the training line.",
        "Lowest point of the validation loss; count epochs from 1.",
    ),
)

# --- enough-films


def _enough(frozen: Frozen) -> int:
    """From the right end, walk left as long as the mean stays within reach of the best."""
    best = frozen.mean_auc.max()
    row = len(frozen.sizes) - 1
    while row > 0 and best - frozen.mean_auc[row - 1] <= ENOUGH_WITHIN:
        row -= 1
    return int(frozen.sizes[row])


def _still_rose(answer: float, frozen: Frozen) -> dict:
    row = int(np.flatnonzero(frozen.sizes == answer)[0])
    return {"n": int(answer), "d": f"{frozen.mean_auc.max() - frozen.mean_auc[row]:.3f}"}


ENOUGH = Exercise(
    slug="enough-films",
    kind=kinds.number(),
    points=1,
    must=False,
    task="Smallest training size within .03 of the best mean AUC",
    accepts=lambda answer, frozen: answer == _enough(frozen),
    reference=_enough,
    also_right=lambda frozen: [float(_enough(frozen)), np.int64(_enough(frozen))],
    same=lambda one, other, frozen: one == other,
    wrong=(
        Wrong(
            "the largest",
            lambda frozen: int(frozen.sizes[-1]),
            "Best is not the same as worth it.",
        ),
        Wrong(
            "too few",
            lambda frozen: int(frozen.sizes[0]),
            "After {n} it still rose by {d}.",
            matches=lambda answer, frozen: answer in frozen.sizes and answer < _enough(frozen),
            facts=_still_rose,
        ),
        Wrong(
            "not a size of the curve",
            lambda frozen: 123,
            "Give one of the sizes on the curve.",
            matches=lambda answer, frozen: answer not in frozen.sizes,
        ),
    ),
    otherwise="A smaller size comes just as near; walk on to the left.",
    why="From there on, no larger set is more than .03 better.",
    hints=(
        "Take the best mean AUC, subtract .03, and draw a line across.",
        "From the right end, walk left until a point lies below that line.",
    ),
)

# --- transfer-gain


def _gain(answer: tuple, frozen: Frozen) -> bool:
    value, lo, hi = answer
    right = frozen.gain
    close = abs(value - right.value) <= GAIN_WITHIN
    return close and abs(lo - right.lo) <= GAIN_WITHIN and abs(hi - right.hi) <= GAIN_WITHIN


def _like(estimate: Estimate, slack: float = GAIN_WITHIN):
    return lambda answer: all(
        abs(part - other) <= slack
        for part, other in zip(answer, (estimate.value, estimate.lo, estimate.hi), strict=True)
    )


GAIN = Exercise(
    slug="transfer-gain",
    kind=kinds.estimate(),
    points=1,
    must=False,
    task="AUC(transfer) minus AUC(pixels) on the same films, with interval",
    accepts=_gain,
    reference=lambda frozen: frozen.gain,
    also_right=lambda frozen: [
        (frozen.gain.value, frozen.gain.lo, frozen.gain.hi),
        [round(part, 3) for part in (frozen.gain.value, frozen.gain.lo, frozen.gain.hi)],
    ],
    wrong=(
        Wrong(
            "unpaired",
            lambda frozen: frozen.gain_unpaired,
            "Same films twice: use the paired difference.",
            matches=lambda answer, frozen: _like(frozen.gain_unpaired)(answer),
        ),
        Wrong(
            "sign",
            lambda frozen: (-frozen.gain.value, -frozen.gain.hi, -frozen.gain.lo),
            "Transfer minus pixels.",
            matches=lambda answer, frozen: abs(answer[0] + frozen.gain.value) <= GAIN_WITHIN,
        ),
        Wrong(
            "no interval",
            lambda frozen: frozen.gain.value,
            "A number without an interval is half an answer",
        ),
    ),
    otherwise="The value or its interval is not that of the paired difference on the test films.",
    why="The same films scored twice: what varies from film to film cancels out.",
    hints=(
        "One function does it: rr.metrics.auc_diff(labels, new scores, old scores).",
        "Leave paired as it is, and put the transfer scores before the pixel scores.",
    ),
)

# --- legal-moves


def _illegal(number: int, says: str, name: str, also: set[int]) -> Wrong:
    return Wrong(
        name, lambda frozen: sorted(also | {number}), says, lambda answer, _: number in answer
    )


MOVES_EXERCISE = Exercise(
    slug="legal-moves",
    kind=kinds.indices(8),
    points=2,
    look=True,
    task="Changes of a training film that keep it a true film of the patient, side included",
    accepts=lambda answer, frozen: set(answer) == LEGAL,
    reference=lambda frozen: sorted(LEGAL),
    also_right=lambda frozen: [LEGAL, tuple(LEGAL), np.array(sorted(LEGAL))],
    wrong=(
        _illegal(1, "Heart on the right: situs inversus or a labelling accident.", "mirror", LEGAL),
        _illegal(3, "You would turn it upright before reading; a network cannot.", "90", LEGAL),
        _illegal(5, "The apices are gone, and the side marker with them.", "apex", LEGAL),
        _illegal(
            6, "You would invert it back before reading; a network cannot.", "inverted", LEGAL
        ),
        Wrong(
            "none",
            lambda frozen: [],
            "Rotation by 5 degrees is daily life.",
            matches=lambda answer, frozen: 0 not in answer,
        ),
        Wrong(
            "one missed",
            lambda frozen: [0, 2],
            "Right so far; at least one more of them is harmless.",
            matches=lambda answer, frozen: set(answer) < LEGAL,
        ),
    ),
    otherwise="Tick pictures by their numbers, 0 to 7.",
    why="Small turns and shifts, a little noise or contrast: a true film, side included.",
    hints=(
        "Where does the marker end up, and what is missing?",
        "Ask of each one: upright, air black, nothing cut off, marker on its proper side?",
    ),
)

# --- who-leaked

LEAKED = Exercise(
    slug="who-leaked",
    kind=kinds.choice(),
    points=2,
    task="Which workflow is honest, and why",
    accepts=lambda answer, frozen: answer == ("C", 2),
    reference=lambda frozen: ("C", 2),
    also_right=lambda frozen: [("c", 2), ["C", 2.0]],
    unfit='One letter and the number of a reason, 1 to 4: honest, because = "A", 1',
    wrong=(
        Wrong(
            "early stopping on test",
            lambda frozen: ("A", 1),
            "A choice was made on the test set.",
            matches=lambda answer, frozen: answer[0] == "A",
        ),
        Wrong(
            "best of five seeds on test",
            lambda frozen: ("B", 2),
            "Five tickets in the lottery, one shown.",
            matches=lambda answer, frozen: answer[0] == "B",
        ),
        Wrong(
            "threshold set on test",
            lambda frozen: ("D", 4),
            "The cut-off is a choice too, and it was made on the films it is judged on.",
            matches=lambda answer, frozen: answer[0] == "D",
        ),
        Wrong(
            "right workflow, wrong reason",
            lambda frozen: ("C", 1),
            "Right workflow; but is that what makes it honest?",
            matches=lambda answer, frozen: answer[0] == "C",
        ),
    ),
    otherwise="Choose one of A, B, C, D and a reason from 1 to 4.",
    why="Every choice was made on validation films; the test films were opened once.",
    hints=("Where was each choice made?", "Go through each line: which films did it look at?"),
)

EXERCISES = (DULL, LOOP, GUESS, STOP, ENOUGH, GAIN, MOVES_EXERCISE, LEAKED)
