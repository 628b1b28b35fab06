"""Checks of lesson 03, "Train a chest X-ray classifier"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom import data
from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.kernel import stored
from readingroom.lessons.l03 import films
from readingroom.questions import builders as ask, kinds, offers

# Exercises whose value a later cell goes on with.
CARRIED = ("guess-shuffle", "stop-here")

EPOCHS_WITHIN = 2
LOSS_WITHIN = 1.02  # of the lowest: the bottom of the curve is flat, and its dents are chance
MARGIN = 0.025  # enough-films: how far below the best mean AUC one could live with


@dataclass(frozen=True)
class Frozen:
    """What lesson 03's checks read: labels and stored runs, never a live training."""

    train_labels: np.ndarray  # (N,) of 0 and 1
    test_labels: np.ndarray
    val_loss: np.ndarray  # (E,) of the size asked about, mean over draws, epochs 1 to E
    test_auc: np.ndarray
    draws_auc: np.ndarray  # (D, E) test AUC of that size, network by network
    sizes: np.ndarray  # (S,) training sizes of the learning curve
    mean_auc: np.ndarray  # (S,) mean test AUC at the epoch that validation chose
    aucs: np.ndarray  # (S, D) the same of each network
    gain: Estimate  # AUC of transfer minus AUC of pixels
    gain_unpaired: Estimate
    whose: str  # said where simulated runs stand in for own films

    @property
    def lowest(self) -> int:
        """Epoch of the lowest validation loss."""
        return int(self.val_loss.argmin()) + 1

    @property
    def enough(self) -> int:
        """From the right end, walk left as long as the mean stays near the best."""
        near = self.mean_auc.max() - self.mean_auc <= MARGIN
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


def frozen(mode: str) -> Frozen:
    """Load everything once for one mode."""
    cohort = data.load("children", size=64, mode=mode)
    curves = stored.load("03", "curves", mode)
    features = stored.load("03", "features", mode)
    row = int(np.flatnonzero(curves["sizes"] == curves["yours"])[0])
    aucs = films.chosen_aucs(curves)
    labels, new, old = features["test_label"], transfer_scores(features), features["pixel_score"]
    return Frozen(
        train_labels=cohort.part("train")[1],
        test_labels=cohort.part("test")[1],
        val_loss=curves["val_loss"][row].mean(axis=0),
        test_auc=curves["test_auc"][row].mean(axis=0),
        draws_auc=curves["test_auc"][row],
        sizes=curves["sizes"],
        mean_auc=aucs.mean(axis=1),
        aucs=aucs,
        gain=metrics.auc_diff(labels, new, old),
        gain_unpaired=metrics.auc_diff(labels, new, old, paired=False),
        whose=" (This is of simulated patients, not of your films.)" if curves.stands_in else "",
    )


def _dull(frozen: Frozen) -> Estimate:
    return metrics.accuracy(frozen.test_labels, np.ones(len(frozen.test_labels)))


DULL = ask.share(
    "dull-baseline",
    lambda f: float(f.test_labels.mean()),
    ask.slip(
        "mix of the training films",
        lambda f: float(f.train_labels.mean()),
        "That is the mix you trained on, not the mix you test on.",
    ),
    ask.slip("coin", 0.5, "That is what tossing a coin gets. This program always says ill."),
    ask.complement("the other class", 'That is the share that "always positive" gets wrong.'),
    ask.a_count(lambda f: float(f.test_labels.sum())),
    within=0.006,
    task='Accuracy of "always positive" on the test films',
    forms=lambda f: [_dull(f)],
    otherwise="That is another share. Count the test films that are ill, and divide by all.",
    why="A model that looks at nothing reaches this. Every later accuracy has to beat it.",
    comment=lambda answer, f: f"Here: {_dull(f)}.",
    hint="test_y holds a 1 for each positive test film.",
    next_hint="The mean of zeros and ones is the share of ones: test_y.mean()",
)

STEPS = ("zero", "forward", "backward", "step")


def _named(word: str) -> str:
    """The name of a step, also where its line of the table was typed: optimizer.step()."""
    plain = word.strip().lower()
    meant = [step for step in STEPS if step in plain]
    if "loss(" in plain:
        meant.append("forward")
    return meant[0] if len(meant) == 1 else plain


def _words(answer: tuple) -> tuple[str, ...]:
    return tuple(map(_named, answer))


def _each_once(answer: tuple) -> bool:
    return sorted(_words(answer)) == sorted(STEPS)


def _kept(answer: tuple) -> tuple[str, ...]:
    return tuple(word for word in _words(answer) if word != "zero")


def _goes_round(answer: tuple, *after: str) -> bool:
    """Whether steps follow one another directly, read round the circle."""
    words = _words(answer)
    return any((words + words)[i : i + len(after)] == after for i in range(len(words)))


def _erased(answer: tuple) -> bool:
    return _goes_round(answer, "backward", "zero", "step")


def _in_order(answer: tuple) -> bool:
    return _each_once(answer) and _kept(answer) == STEPS[1:] and not _erased(answer)


def _starts_late(answer: tuple) -> bool:
    """Whether the order is right round the circle, and its first line cannot run at first."""
    return _goes_round(_kept(answer), *STEPS[1:]) and _kept(answer) != STEPS[1:]


LOOP = ask.question(
    "loop-order",
    kinds.tuple_of(*[kinds.text(40)] * 4),
    STEPS,
    _in_order,
    ask.slip(
        "no zero",
        ("forward", "backward", "step", "forward"),
        "The directions of the last films are not forgotten: one of the four words is missing.",
        lambda answer: "zero" not in _words(answer) and set(_words(answer)) <= set(STEPS),
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
        "cannot run the first time",
        ("backward", "step", "zero", "forward"),
        "As a circle this order is right. But the first time there is no error yet: which line "
        "makes it?",
        _starts_late,
    ),
    ask.slip(
        "step before the direction",
        ("zero", "forward", "step", "backward"),
        "You moved before knowing the direction.",
        lambda answer: _kept(answer) == ("forward", "step", "backward"),
    ),
    ask.slip(
        "backward round",
        ("step", "backward", "forward", "zero"),
        "First the films are scored and the error is measured; only then is there a direction.",
        True,
    ),
    points=1,
    task="The four lines of a training step in order",
    accepted="Any order that can run is accepted.",
    forms=[
        ["forward", "zero", "backward", "step"],
        ("forward", "backward", "step", "zero"),
        ("Zero", "Forward", "Backward", "Step"),
    ],
    unfit='Four words, each in quotation marks: order = ("...", "...", "...", "...")',
    otherwise="What must be known before each line can run?",
    why="Forget, score, find the direction, move. Then come the next films.",
    hint="The step needs a direction; backward finds it; it needs the error of a forward pass.",
    next_hint="zero may stand anywhere but between backward and step.",
    offer=offers.fill("[]", offers.order("Click the words in their order", sorted(STEPS))),
)


def _on_guess(answer: tuple) -> str | None:
    memory, exam = answer
    if abs(memory - 0.5) <= 0.15 and abs(exam - 0.5) <= 0.15:
        return "A remark: a network can learn 300 films by heart. Only the test is chance."
    if exam >= 0.65:
        return "A remark: these labels teach nothing that holds for other films."
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


def _at_epoch(epoch: float, frozen: Frozen) -> float:
    return float(frozen.val_loss[int(epoch) - 1])


def _is_epoch(answer: float, frozen: Frozen) -> bool:
    return answer == int(answer) and 1 <= answer <= len(frozen.val_loss)


def _at_the_bottom(answer: float, frozen: Frozen) -> bool:
    if not _is_epoch(answer, frozen):
        return False
    near = abs(answer - frozen.lowest) <= EPOCHS_WITHIN
    return near or _at_epoch(answer, frozen) <= LOSS_WITHIN * frozen.val_loss.min()


def _stopped(answer: float, frozen: Frozen) -> str:
    auc = metrics.mean_share(frozen.draws_auc[:, int(answer) - 1], "test AUC", of="networks")
    return (
        f"Validation loss there: {_at_epoch(answer, frozen):.3f}, the lowest is "
        f"{frozen.val_loss.min():.3f}. If you stop there: {auc}.{frozen.whose}"
    )


STOP = ask.number(
    "stop-here",
    lambda f: f.lowest,
    ask.slip(
        "no such epoch",
        31,
        "Epochs are whole numbers from 1 to {n}.",
        lambda answer, f: not _is_epoch(answer, f) and not 0 < answer < 1,
        lambda answer, f: {"n": len(f.val_loss)},
    ),
    ask.slip(
        "last epoch",
        lambda f: len(f.val_loss),
        "Its validation loss is {loss}, and it was lower long before.",
        facts=lambda answer, f: {"loss": f"{f.val_loss[-1]:.3f}"},
    ),
    ask.slip(
        "best test epoch",
        lambda f: int(f.test_auc.argmax()) + 1,
        "There the AUC of the test films is best. They are the exam, so no choice may use them.",
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
    accepts=_at_the_bottom,
    accepted=f"Up to {EPOCHS_WITHIN} epochs beside the lowest loss are accepted, and every epoch "
    f"whose loss is at most {100 * (LOSS_WITHIN - 1):.0f} % above it.",
    task="The epoch at which you stop",
    forms=lambda f: [f.lowest + EPOCHS_WITHIN, f.lowest - EPOCHS_WITHIN, np.int64(f.lowest)],
    otherwise="The validation loss is lower elsewhere.",
    why="You chose it without a look at the test films.",
    comment=_stopped,
    hint="Follow the validation line, not the training line.",
    next_hint="Lowest point of the validation loss; count epochs from 1.",
)


def _enough_found(answer: float, frozen: Frozen) -> str:
    rows = [int(np.flatnonzero(frozen.sizes == n)[0]) for n in (answer, frozen.sizes[-1])]
    here, all_films = (metrics.mean_share(frozen.aucs[row], "", of="networks") for row in rows)
    return (
        f"With {int(answer)} films the mean test AUC is {here.short(3)}, with all "
        f"{int(frozen.sizes[-1])} it is {all_films.short(3)}.{frozen.whose}"
    )


def _still_rose(answer: float, f: Frozen) -> dict:
    row = int(np.flatnonzero(f.sizes == answer)[0])
    return {"n": int(answer), "d": f"{f.mean_auc.max() - f.mean_auc[row]:.3f}"}


ENOUGH = ask.number(
    "enough-films",
    lambda f: f.enough,
    ask.slip(
        "the largest",
        lambda f: int(f.sizes[-1]),
        "That is the best. A smaller set comes near enough.",
    ),
    ask.slip(
        "too few",
        lambda f: int(f.sizes[0]),
        "With {n} films the mean is still {d} below the best.",
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
    task=f"Smallest training size within {ask.said(MARGIN)} of the best mean AUC",
    otherwise="A smaller size comes just as near; walk on to the left.",
    why=f"From there on, no larger set is more than {ask.said(MARGIN)} better.",
    comment=_enough_found,
    hint="The dotted line in the figure lies that far below the best mean.",
    next_hint="Start at the right end. Walk left until a dot lies below that line; go one back.",
)


def _gained(answer: tuple, frozen: Frozen) -> str:
    gain = frozen.gain
    if gain.lo > 0:
        told = "0 lies outside: the ready-made features rank these films better."
    elif gain.hi < 0:
        told = "0 lies outside: the pixels rank these films better."
    else:
        told = "0 lies inside: these films cannot tell which of the two ranks better."
    return f"The difference is {gain.short(3)}. {told}{frozen.whose}"


GAIN = ask.estimate(
    "transfer-gain",
    lambda f: f.gain,
    ask.unpaired(lambda f: f.gain_unpaired),
    ask.sign("That is pixels minus transfer; the question is transfer minus pixels."),
    within=0.004,  # narrower than elsewhere: unpaired or reversed must not slip through
    points=1,
    task="AUC(transfer) minus AUC(pixels) on the same films, with interval",
    otherwise="The value or its interval is not that of the paired difference on the test films.",
    why="A hard film is hard for both models, and the difference takes that out.",
    comment=_gained,
    hint="One function does it: rr.metrics.auc_diff(labels, new scores, old scores).",
    next_hint="Leave paired as it is, and put the transfer scores before the pixel scores.",
)

MOVES = ask.indices(
    "legal-moves",
    {0, 2, 4, 7},  # numbers of the pictures of `readingroom.lessons.l03.films.MOVES`
    ask.ticked(
        1,
        "mirror",
        "Picture 1 has the heart on the wrong side. You would think of situs inversus or a mix-up.",
    ),
    ask.ticked(
        3, "90", "Picture 3 lies on its side. You would turn it before reading; a network cannot."
    ),
    ask.ticked(5, "apex", "In picture 5 the apices are gone, and the side marker with them."),
    ask.ticked(
        6,
        "inverted",
        "In picture 6 air is white. You would invert it back before reading; a network cannot.",
    ),
    ask.beyond(8, "The pictures are numbered 0 to 7.", "no such picture"),
    ask.slip(
        "none",
        [],
        "Picture 0 is turned by 5 degrees. That is daily life.",
        lambda answer: 0 not in answer,
    ),
    ask.missed("Right so far; at least one more of them is harmless."),
    limit=8,
    look=True,
    task="Changes of a training film that keep it a true film of the patient, side included",
    otherwise="Tick pictures by their numbers, 0 to 7.",
    why="A small turn or shift, a little noise or contrast: it stays a true film of this patient.",
    hint="Where does the marker end up, and what is missing?",
    next_hint="Ask of each one: upright, air black, nothing cut off, marker on its proper side?",
)

LEAKED = ask.choice(
    "who-leaked",
    ("C", 2),
    names="honest, because",
    task="Which workflow is honest, and why",
    letters={
        "A": ("early stopping on test", "The epoch was chosen on the test films."),
        "B": (
            "best of five seeds on test",
            "They drew five tickets of a lottery and showed the best one.",
        ),
        "D": (
            "threshold set on test",
            "The threshold is a choice too. It was made on the films that judge it.",
        ),
    },
    because=(
        "right workflow, wrong reason",
        "The workflow is right, the reason is not. What makes it honest?",
    ),
    why="Every choice was made on validation films; the test films were opened once.",
    hint="Where was each choice made?",
    next_hint="Go through each line: which films did it look at?",
)

EXERCISES = (DULL, LOOP, GUESS, STOP, ENOUGH, GAIN, MOVES, LEAKED)
