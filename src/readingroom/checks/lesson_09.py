"""Checks of lesson 09, "Learning without sharing"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.data.origin import of_course
from readingroom.lessons.l09 import fedavg, films
from readingroom.lessons.l09.films import HOSPITALS
from readingroom.questions import builders as ask, kinds, offers, wordings
from readingroom.questions.exercises import Call

# Exercises whose value a later cell goes on with: none.
CARRIED = ()

WEIGHTS_WITHIN = 1e-6
GAIN_WITHIN = 0.01
LISTED_WITHIN = 0.001  # of a noise on the list, which has two digits
WORDS = ("better", "worse", "cannot tell")


@dataclass(frozen=True)
class Frozen:
    """What lesson 09's checks read: stored deals and noise, and one film's update."""

    gains: films.Gains
    quiz: films.Quiz
    trade: films.Trade

    def gain(self, name: str) -> Estimate:
        """AUC of the average minus that of a hospital's own model, over the deals."""
        return metrics.mean(self.gains.shared - self.gains.alone[name], "AUC gained", "deals")

    @property
    def gained(self) -> dict[str, Estimate]:
        """The gain of each hospital."""
        return {name: self.gain(name) for name in HOSPITALS}


def frozen(mode: str) -> Frozen:
    """Load everything once for one mode."""
    return Frozen(films.gains_of(mode), films.quiz_of(of_course(mode)), films.trade_of(mode))


# --- average


def _models(rng: np.random.Generator) -> list[tuple]:
    """Models of three hospitals of unlike size, and their numbers of films."""
    sizes = ([20, 2000, 300], [300, 400, 100], [7, 1, 1], [50, 900, 10])
    return [(rng.normal(0, 1, (len(films), 12)), films) for films in sizes]


def _averaged(models: np.ndarray, films: list[int]) -> np.ndarray:
    return fedavg.average(list(models), films)


def _summed(share: object) -> object:
    """The page's function with another share in it."""

    def average(models: np.ndarray, films: list[int]) -> np.ndarray:
        return sum(share(n, films) * weights for weights, n in zip(models, films, strict=True))

    return average


def _all(calls: list[Call], function: object) -> bool:
    """Whether every output is what a function would have given."""
    wanted = [function(*call.arguments) for call in calls]
    return all(
        np.shape(call.output) == np.shape(right)
        and np.abs(np.asarray(call.output) - right).max() <= WEIGHTS_WITHIN
        for call, right in zip(calls, wanted, strict=True)
    )


_unweighted = _summed(lambda n, films: 1 / len(films))
_counts = _summed(lambda n, films: n)
_of_most = _summed(lambda n, films: n / max(films))
_rounded = [_summed(lambda n, films, k=k: round(n / sum(films), k)) for k in range(1, 5)]
_of_these = _summed(lambda n, films: n / sum(size for size, _ in HOSPITALS.values()))

AVERAGE = ask.function(
    "average",
    kinds.array(10_000),
    _averaged,
    lambda calls: _all(calls, _averaged),
    ask.slip(
        "unweighted",
        _unweighted,
        "A hospital with 20 films counts as much as one with 2,000.",
        lambda calls: _all(calls, _unweighted),
    ),
    ask.slip(
        "a count for a share",
        _counts,
        "The shares have to add up to 1. Divide by the number of all films.",
        lambda calls: _all(calls, _counts),
    ),
    ask.slip(
        "of the largest",
        _of_most,
        "That is a share of the largest hospital. Divide by the number of all films.",
        lambda calls: _all(calls, _of_most),
    ),
    ask.slip(
        "of these three",
        _of_these,
        "Right for A, B and C, who have 800 films. Write sum(films), and it holds for others too.",
        lambda calls: _all(calls, _of_these),
    ),
    ask.slip(
        "a rounded share",
        _rounded[1],
        "The share is right, and rounded. Leave it as Python computes it.",
        lambda calls: any(_all(calls, one) for one in _rounded),
    ),
    call="average(models, films)",
    inputs=_models,
    accepted="The weights may differ by a millionth.",
    task="One step of FedAvg: the average of the hospitals' weights, each film counting once",
    forms=[
        _summed(lambda n, films: n / np.sum(films)),
        _summed(lambda n, films: n * (1 / sum(films))),
    ],
    otherwise="The share of a hospital is its number of films, divided by the number of all films.",
    why="Each film counts once, wherever it lies.",
    comment=lambda calls: "In this lesson A counts 3 parts in 8, B 4 and C 1.",
    hint="How many films has this hospital, and how many have all together?",
    next_hint="n divided by sum(films).",
    offer=offers.fill(
        "[]",
        offers.one(
            "share of one hospital",
            ["1 / len(films)", "n / sum(films)", "n", "n / max(films)"],
            quoted=False,
        ),
    ),
)  # fmt: skip

# --- local-or-shared


def _word(gain: Estimate) -> str:
    return "better" if gain.lo > 0 else "worse" if gain.hi < 0 else "cannot tell"


def _cells(answer: dict) -> dict[str, tuple[tuple[float, ...], str]]:
    """Each hospital's three numbers and word, whichever of the two was typed first."""
    found = {}
    for name, cell in answer.items():
        parts = list(cell) if isinstance(cell, (list, tuple)) else [cell]
        words = [wordings.read(p, WORDS) for p in parts if isinstance(p, str)]
        flat = [q for p in parts for q in (p if isinstance(p, (list, tuple)) else [p])]
        numbers = [n for q in flat for n in _numbers(q)]
        word = words[0] if words else ""
        letter = str(name).strip().upper().removeprefix("HOSPITAL").strip()
        found[letter] = (tuple(numbers), word)
    return found


def _numbers(part: object) -> list[float]:
    """A number, also in quotation marks, as the only one of a list; of anything else none."""
    try:
        return [] if part is None or isinstance(part, bool) else [float(part)]  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return []


def _table(f: Frozen, words: object = _word) -> dict:
    return {name: (one, words(one)) for name, one in f.gained.items()}


def _gains_fit(answer: dict, f: Frozen, sign: int = 1, times: float = 1) -> bool:
    cells = _cells(answer)
    if set(cells) != set(f.gained):
        return False
    for name, one in f.gained.items():
        right = (one.value, one.lo, one.hi) if sign > 0 else (-one.value, -one.hi, -one.lo)
        numbers = tuple(n / times for n in cells[name][0])
        if len(numbers) != 3 or not ask.matches(numbers, right, GAIN_WITHIN):
            return False
    return True


def _lacks_hospital(answer: dict, f: Frozen) -> bool:
    return set(_cells(answer)) != set(f.gained)


def _values_fit(answer: dict, f: Frozen) -> bool:
    """Whether each hospital has its own gain, whatever its interval."""
    cells = _cells(answer)
    return not _lacks_hospital(answer, f) and all(
        ask.close(cells[name][0][:1], (one.value,), GAIN_WITHIN) for name, one in f.gained.items()
    )


def _off(answer: dict, f: Frozen) -> list[str]:
    """Hospitals whose word does not follow their interval."""
    cells = _cells(answer)
    return [k for k, one in f.gained.items() if cells.get(k, ((), ""))[1] != _word(one)]


def _praised(answer: dict, f: Frozen) -> list[str]:
    """Hospitals called better although their interval does not lie above 0."""
    return [k for k in _off(answer, f) if _cells(answer)[k][1] == "better"]


def _everywhere(answer: dict, word: str) -> bool:
    return {said for _, said in _cells(answer).values()} == {word}


def _zero(name: str, f: Frozen) -> dict:
    """How a hospital's interval lies to 0, for a sentence."""
    where = {"better": "lies above 0", "worse": "lies below 0"}
    return {"k": name, "how": where.get(_word(f.gain(name)), "includes 0")}


def _lacks_interval(answer: dict) -> bool:
    return any(len(numbers) != 3 for numbers, _ in _cells(answer).values())


LOCAL = ask.table(
    "local-or-shared",
    _table,
    lambda answer, f: _gains_fit(answer, f) and not _off(answer, f),
    ask.slip(
        "no interval",
        lambda f: {k: (one.value, _word(one)) for k, one in f.gained.items()},
        'Each gain needs its interval: write gain("A"), which has both.',
        _lacks_interval,
    ),
    ask.slip(
        "the other way round",
        lambda f: {k: ((-g.value, -g.hi, -g.lo), "worse") for k, g in f.gained.items()},
        "That is alone minus average. The gain is the average minus the hospital's own model.",
        lambda answer, f: _gains_fit(answer, f, -1) and not _gains_fit(answer, f),
    ),
    ask.slip(
        "no such word",
        lambda f: {k: (one, "yes") for k, one in f.gained.items()},
        'The verdict is one of three words: "better", "worse", "cannot tell".',
        lambda answer: any(word not in WORDS for _, word in _cells(answer).values()),
    ),
    ask.slip(
        "federated wins everywhere",
        lambda f: _table(f, lambda one: "better"),
        "At hospital {k} the interval {how}.",
        lambda answer, f: _gains_fit(answer, f) and bool(_praised(answer, f)),
        lambda answer, f: _zero(_praised(answer, f)[0], f),
    ),
    ask.slip(
        "cannot tell anywhere",
        lambda f: _table(f, lambda one: "cannot tell"),
        "At hospital {k} the interval {how}. Let it decide.",
        lambda answer, f: _gains_fit(answer, f) and _everywhere(answer, "cannot tell"),
        lambda answer, f: _zero(_off(answer, f)[0], f),
    ),
    ask.slip(
        "a word against its interval",
        lambda f: _table(f, lambda one: "worse" if one.value > 0 else "cannot tell"),
        "At hospital {k} the interval {how}. Let it decide.",
        lambda answer, f: _gains_fit(answer, f) and bool(_off(answer, f)),
        lambda answer, f: _zero(_off(answer, f)[0], f),
    ),
    ask.slip(
        "in percent",
        lambda f: {
            k: (tuple(100 * x for x in ask.triple(one)), _word(one)) for k, one in f.gained.items()
        },
        'Those are percentages. An AUC runs from 0 to 1: write gain("A"), gain("B"), gain("C").',
        lambda answer, f: _gains_fit(answer, f, times=100),
    ),
    ask.slip(
        "other intervals",
        lambda f: {k: ((one.value, -1.0, 1.0), _word(one)) for k, one in f.gained.items()},
        'The gains fit, their intervals do not. gain("A") gives both.',
        _values_fit,
    ),
    limit=10,
    accepted=f"Each number may differ by up to {ask.said(GAIN_WITHIN)}.",
    task="AUC gained by the average over each hospital's own model, and a verdict for each",
    forms=lambda f: [
        {k: (ask.triple(one), _word(one)) for k, one in f.gained.items()},
        {k.lower(): (one, _word(one).upper()) for k, one in f.gained.items()},
        {f"hospital {k}": (one, _word(one)) for k, one in f.gained.items()},
        {k: (_word(one), one) for k, one in f.gained.items()},
        {k: (one, f"{_word(one).title()}, I think.") for k, one in f.gained.items()},
        {k: ([round(x, 3) for x in ask.triple(one)], _word(one)) for k, one in f.gained.items()},
    ],
    unfit='A table in braces: {"A": (gain("A"), "..."), "B": (..., ...), "C": (..., ...)}.',
    otherwise='The gains are gain("A"), gain("B") and gain("C"), one for each hospital.',
    why="Not everybody gains. The large hospital with both kinds of film does not.",
    comment=lambda answer, f: "; ".join(f"{k}: {one}" for k, one in f.gained.items()),
    hint="If 0 lies inside the interval, you cannot tell.",
    next_hint="Read the three lines above: is the low end above 0?",
    offer=offers.fill(
        '{"A": (gain("A"), []), "B": (gain("B"), []), "C": (gain("C"), [])}',
        *(offers.one(f"For {k} the average is", WORDS) for k in HOSPITALS),
    ),
)

# --- see-the-film


SEE = ask.indices(
    "see-the-film",
    lambda f: [f.quiz.right],
    ask.beyond(films.QUIZ, "The films are numbered from 0 to 5.", "no such film"),
    ask.slip(
        "inverted twin",
        lambda f: [f.quiz.twin],
        "Sign: the update can be the negative. Look at its last number, and divide by it.",
        lambda answer, f: list(answer) == [f.quiz.twin],
    ),
    ask.slip(
        "both of the pair",
        lambda f: sorted((f.quiz.right, f.quiz.twin)),
        "One of the two. The last number of the update says which.",
        lambda answer, f: set(answer) == {f.quiz.right, f.quiz.twin},
    ),
    ask.none("One of the six made it, so give its number."),
    ask.slip(
        "several",
        lambda f: [i for i in range(films.QUIZ) if i != f.quiz.twin][:3],
        "One film made the update: give one number.",
        lambda answer: len(set(answer)) > 1,
    ),
    limit=films.QUIZ,
    must=True,
    look=True,
    task="Which of six films made this update",
    otherwise="Compare the outline of the heart and of the diaphragm with the update.",
    why="785 numbers left the hospital, and they were the film.",
    comment=lambda answer, f: (
        f"Divided by its last number, {f.quiz.update[-1]:+.2f}, the update is this film, grey for "
        "grey."
    ),
    hint="An update can be the film or its negative. What is white on the film may be black here.",
    next_hint="The last number of the update has a sign. If it is negative, turn the greys round.",
)

# --- how-much-noise


def _place(answer: float, f: Frozen) -> float:
    """Where a noise lies on the list, in steps; between two of them a fraction."""
    return float(np.interp(answer, f.trade.noise, np.arange(len(f.trade.noise))))


def _fits(answer: float, f: Frozen) -> bool:
    """Whether a noise hides anything and lies no more than a step off the right one."""
    steps = abs(_place(answer, f) - f.trade.affordable())
    return 0 < answer <= float(f.trade.noise[-1]) and steps <= 1 + 1e-9


def _costs(answer: float, f: Frozen) -> dict:
    return {"loss": ask.said(round(float(np.interp(answer, f.trade.noise, f.trade.loss())), 3))}


def _little(answer: float, f: Frozen) -> dict:
    """What a small noise costs; where the mean of few deals even rose, that it costs nothing."""
    loss = float(_costs(answer, f)["loss"])
    return {"told": f"That costs {ask.said(loss)} of AUC." if loss > 0 else "That costs no AUC."}


def _affordable(f: Frozen) -> float:
    return float(f.trade.noise[f.trade.affordable()])


def _steps_off(f: Frozen, steps: int) -> float:
    """A noise so many steps off the right one, or the end of the list."""
    at = min(max(f.trade.affordable() + steps, 0), len(f.trade.noise) - 1)
    return float(f.trade.noise[at])


def _both_sides(f: Frozen) -> str:
    """What the affordable noise costs and hides, and whether that is enough."""
    at = f.trade.affordable()
    found = f.trade.recognised(0, at)
    hides = "It hides" if found.hi < 0.2 else "It does not hide"
    return (
        f"The largest noise within .02 is {ask.said(_affordable(f))}: {f.trade.kept(at)}. {hides} "
        f"a single film: {found}."
    )


NOISE = ask.number(
    "how-much-noise",
    _affordable,
    ask.slip("none", 0.0, "No protection at all.", lambda answer: answer == 0),
    ask.slip(
        "below 0 or above 1",
        2.0,
        "The list runs from 0 to 1.",
        lambda answer, f: not 0 <= answer <= float(f.trade.noise[-1]),
    ),
    ask.slip(
        "not on the list",
        lambda f: (_affordable(f) + _steps_off(f, 1)) / 2,
        "Give a noise that has a line in the list above.",
        lambda answer, f: _fits(answer, f),
    ),
    ask.slip(
        "too much",
        1.0,
        "That costs {loss} of AUC, and .02 was the limit. Less noise.",
        lambda answer, f: _place(answer, f) > f.trade.affordable(),
        _costs,
    ),
    ask.slip(
        "too little",
        0.01,
        "{told} You can afford more noise, which hides more.",
        True,
        _little,
    ),
    accepts=lambda answer, f: (
        _fits(answer, f) and float(np.abs(f.trade.noise - answer).min()) <= LISTED_WITHIN
    ),
    alike=1e-6,
    points=1,
    accepted="Five deals are few: one step up or down the list is accepted.",
    task="The largest noise that costs at most .02 of AUC",
    forms=lambda f: [_steps_off(f, 1), _steps_off(f, -1) or _affordable(f)],
    otherwise="In the list above look for the last line that loses at most .02.",
    why="Both sides stand on one sheet: what it costs, and what it hides.",
    comment=lambda answer, f: _both_sides(f),
    hint="Each line of the list above says how much AUC is lost.",
    next_hint="Go down the list until more than .02 is lost, and take the line before.",
    offer=offers.fill(
        "[]", offers.one("Noise", [f"{z:g}" for z in films.NOISE], quoted=False)
    ),
)  # fmt: skip

# --- still-unsolved

UNSOLVED = ask.choice(
    "still-unsolved",
    ("B", 2),
    names="problem, because",
    task="What federated learning leaves unsolved, and why",
    letters={
        "A": ("data transfer", "That is what federation avoided."),
        "C": ("weights", "The average is weighted: each film counts once."),
        "D": (
            "the film in the update",
            "Many films and noise were the answer to that. What do they do to a wrong label?",
        ),
    },
    because=(
        "right problem, wrong reason",
        "The problem is right, the reason is not. Why is it still there?",
    ),
    why="Labels never meet, so nobody compares them. The average takes both habits as they come.",
    hint="Which of the four does neither the averaging nor the noise touch?",
    next_hint="Who would notice that two hospitals label differently?",
)

EXERCISES = (AVERAGE, LOCAL, SEE, NOISE, UNSOLVED)
