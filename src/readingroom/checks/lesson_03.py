"""Checks of lesson 03, "Train a chest X-ray classifier"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom import data
from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.kernel import stored
from readingroom.questions import builders as ask, kinds, offers

# Exercises whose value a later cell goes on with.
CARRIED = ("stop-here",)


@dataclass(frozen=True)
class Frozen:
    """What lesson 03's checks read: labels and stored runs, never a live training."""

    train_labels: np.ndarray  # (N,) of 0 and 1
    test_labels: np.ndarray
    val_loss: np.ndarray  # (E,) of the size asked about, mean over draws, epochs 1 to E
    test_auc: np.ndarray
    sizes: np.ndarray  # (S,) training sizes of the learning curve
    mean_auc: np.ndarray  # (S,) mean test AUC at the epoch that validation chose
    gain: Estimate  # AUC of transfer minus AUC of pixels
    gain_unpaired: Estimate

    @property
    def lowest(self) -> int:
        """Epoch of the lowest validation loss."""
        return int(self.val_loss.argmin()) + 1

    @property
    def enough(self) -> int:
        """From the right end, walk left as long as the mean stays within .03 of the best."""
        near = self.mean_auc.max() - self.mean_auc <= 0.03
        row = len(near) - 1
        while row > 0 and near[row - 1]:
            row -= 1
        return int(self.sizes[row])


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


DULL = ask.share(
    "dull-baseline",
    lambda f: float(f.test_labels.mean()),
    ask.slip(
        "mix of the training films",
        lambda f: float(f.train_labels.mean()),
        "That is the mix you trained on, not the mix you test on.",
    ),
    ask.slip("coin", 0.5, "Coin flips, not the majority class."),
    ask.complement("the other class", 'That is the share that "always positive" gets wrong.'),
    ask.a_count(lambda f: float(f.test_labels.sum())),
    within=0.006,
    task='Accuracy of "always positive" on the test films',
    forms=lambda f: [metrics.accuracy(f.test_labels, np.ones(len(f.test_labels)))],
    otherwise="Not the share of test films that are positive. Count them, divide by all.",
    why="A model that looks at nothing scores this. Every later accuracy has to beat it.",
    hint="test_y holds a 1 for each positive test film.",
    next_hint="The mean of zeros and ones is the share of ones: test_y.mean()",
)

STEPS = ("zero", "forward", "backward", "step")


def _words(answer: tuple) -> tuple[str, ...]:
    return tuple(word.strip().lower() for word in answer)


def _each_once(answer: tuple) -> bool:
    return sorted(_words(answer)) == sorted(STEPS)


def _goes_round(answer: tuple, *after: str) -> bool:
    """Whether steps follow one another directly, read round the circle."""
    words = _words(answer)
    return any((words + words)[i : i + len(after)] == after for i in range(len(words)))


def _erased(answer: tuple) -> bool:
    return _goes_round(answer, "backward", "zero", "step")


def _in_order(answer: tuple) -> bool:
    kept = tuple(word for word in _words(answer) if word != "zero")
    return _each_once(answer) and _goes_round(kept, *STEPS[1:]) and not _erased(answer)


LOOP = ask.question(
    "loop-order",
    kinds.tuple_of(*[kinds.text(40)] * 4),
    STEPS,
    _in_order,
    ask.slip(
        "no zero",
        ("forward", "backward", "step", "forward"),
        "Gradients of the last batch are still in the sum.",
        lambda answer: "zero" not in _words(answer),
    ),
    ask.slip(
        "a word twice or unknown",
        ("zero", "forward", "forward", "step"),
        "Use each of zero, forward, backward and step once.",
        lambda answer: not _each_once(answer),
    ),
    ask.slip(
        "erased before use",
        ("forward", "backward", "zero", "step"),
        "You erased the direction just before the step that needs it.",
        _erased,
    ),
    ask.slip(
        "step before the direction",
        ("zero", "forward", "step", "backward"),
        "You moved before knowing the direction.",
        lambda answer: not _erased(answer),
    ),
    points=1,
    task="The four lines of a training step in order",
    forms=[
        ["forward", "zero", "backward", "step"],
        ("forward", "backward", "step", "zero"),
        ("Zero", "Forward", "Backward", "Step"),
    ],
    unfit='Four words, each in quotation marks: order = ("...", "...", "...", "...")',
    otherwise="Read it round the circle: what must be known before each line can run?",
    why="Forget, look, find the direction, move; then the next batch.",
    hint="The step needs a direction; backward finds it; it needs the error of a forward pass.",
    next_hint="zero may stand anywhere but between backward and step.",
    offer=offers.fill("[]", offers.order("Click the words in their order", sorted(STEPS))),
)


def _on_guess(answer: tuple) -> str | None:
    memory, exam = answer
    if abs(memory - 0.5) <= 0.15 and abs(exam - 0.5) <= 0.15:
        return "But it can memorise 300 films; only the test is chance."
    if exam >= 0.65:
        return "But there is nothing to learn that carries over to other films."
    return None


GUESS = ask.numbers(
    "guess-shuffle",
    (1.0, 0.5),
    ask.slip("one number", 0.5, "Two guesses: memory, then exam"),
    ask.slip("percentages", (100, 50), "That is a percentage"),
    ask.slip("outside 0 to 1", (-0.2, 0.5), "Both lie between 0 and 1.", True),
    n=2,
    accepts=lambda answer: all(0 <= part <= 1 for part in answer),
    fraction=True,
    look=True,
    sealed=True,
    task="Your guess: training accuracy and test AUC on shuffled labels",
    forms=[(0.5, 0.5), [1, 0.9], (np.float64(0.9), 0.6)],
    unfit="Two guesses: memory, then exam, like guess = (0.7, 0.7).",
    otherwise="Both lie between 0 and 1.",
    why="The commitment earns the points, not the guess. Now look at the dots.",
    comment=_on_guess,
    hint="First: can it learn 300 films by heart? Second: does that help with other films?",
    next_hint="Memory or knowledge?",
    offer=offers.fill(
        "([], [])",
        offers.slide("Accuracy on these 300 films, by their shuffled labels", 0, 1, 0.01),
        offers.slide("AUC on the test films, by their true labels", 0, 1, 0.01),
    ),
)

STOP = ask.number(
    "stop-here",
    lambda f: f.lowest,
    ask.slip(
        "last epoch",
        lambda f: len(f.val_loss),
        "Validation loss has been rising for {k} epochs.",
        facts=lambda answer, f: {"k": len(f.val_loss) - f.lowest},
    ),
    ask.slip(
        "best test epoch",
        lambda f: int(f.test_auc.argmax()) + 1,
        "You used the exam paper to revise.",
    ),
    ask.slip(
        "first epoch", 1, "Validation loss is still falling there: it has only begun to learn."
    ),
    ask.slip(
        "a loss, not an epoch",
        lambda f: float(f.val_loss.min()),
        "That is a loss; give the epoch at which it is lowest.",
        lambda answer: 0 < answer < 1,
    ),
    within=2,  # epochs
    alike=0,
    task="The epoch at which you stop",
    otherwise="Not within two epochs of the lowest point; the bottom is flat, so look closely.",
    why="Lowest validation loss: chosen without a look at the test films.",
    hint="Follow the validation line, not the training line.",
    next_hint="Lowest point of the validation loss; count epochs from 1.",
)


def _still_rose(answer: float, f: Frozen) -> dict:
    row = int(np.flatnonzero(f.sizes == answer)[0])
    return {"n": int(answer), "d": f"{f.mean_auc.max() - f.mean_auc[row]:.3f}"}


ENOUGH = ask.number(
    "enough-films",
    lambda f: f.enough,
    ask.slip("the largest", lambda f: int(f.sizes[-1]), "Best is not the same as worth it."),
    ask.slip(
        "too few",
        lambda f: int(f.sizes[0]),
        "After {n} it still rose by {d}.",
        lambda answer, f: answer in f.sizes and answer < f.enough,
        _still_rose,
    ),
    ask.slip(
        "not a size of the curve",
        123,
        "Give one of the sizes on the curve.",
        lambda answer, f: answer not in f.sizes,
    ),
    points=1,
    task="Smallest training size within .03 of the best mean AUC",
    otherwise="A smaller size comes just as near; walk on to the left.",
    why="From there on, no larger set is more than .03 better.",
    hint="Take the best mean AUC, subtract .03, and draw a line across.",
    next_hint="From the right end, walk left until a point lies below that line.",
)

GAIN = ask.estimate(
    "transfer-gain",
    lambda f: f.gain,
    ask.unpaired(lambda f: f.gain_unpaired),
    ask.sign("Transfer minus pixels."),
    within=0.004,  # narrower than elsewhere: unpaired or reversed must not slip through
    points=1,
    task="AUC(transfer) minus AUC(pixels) on the same films, with interval",
    otherwise="The value or its interval is not that of the paired difference on the test films.",
    why="The same films scored twice: what varies from film to film cancels out.",
    hint="One function does it: rr.metrics.auc_diff(labels, new scores, old scores).",
    next_hint="Leave paired as it is, and put the transfer scores before the pixel scores.",
)

MOVES = ask.indices(
    "legal-moves",
    {0, 2, 4, 7},  # numbers of the pictures of `readingroom.lessons.l03.films.MOVES`
    ask.ticked(1, "mirror", "Heart on the right: situs inversus or a labelling accident."),
    ask.ticked(3, "90", "You would turn it upright before reading; a network cannot."),
    ask.ticked(5, "apex", "The apices are gone, and the side marker with them."),
    ask.ticked(6, "inverted", "You would invert it back before reading; a network cannot."),
    ask.slip("none", [], "Rotation by 5 degrees is daily life.", lambda answer: 0 not in answer),
    ask.missed("Right so far; at least one more of them is harmless."),
    limit=8,
    look=True,
    task="Changes of a training film that keep it a true film of the patient, side included",
    otherwise="Tick pictures by their numbers, 0 to 7.",
    why="Small turns and shifts, a little noise or contrast: a true film, side included.",
    hint="Where does the marker end up, and what is missing?",
    next_hint="Ask of each one: upright, air black, nothing cut off, marker on its proper side?",
)

LEAKED = ask.choice(
    "who-leaked",
    ("C", 2),
    names="honest, because",
    task="Which workflow is honest, and why",
    letters={
        "A": ("early stopping on test", "A choice was made on the test set."),
        "B": ("best of five seeds on test", "Five tickets in the lottery, one shown."),
        "D": (
            "threshold set on test",
            "The cut-off is a choice too, and it was made on the films it is judged on.",
        ),
    },
    because=("right workflow, wrong reason", "Right workflow; but is that what makes it honest?"),
    why="Every choice was made on validation films; the test films were opened once.",
    hint="Where was each choice made?",
    next_hint="Go through each line: which films did it look at?",
)

EXERCISES = (DULL, LOOP, GUESS, STOP, ENOUGH, GAIN, MOVES, LEAKED)
