"""Checks of lesson 00, "The AI reads a chest film in a second"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom.assess import metrics
from readingroom.lessons.l00 import films, simulated
from readingroom.questions import builders as ask, kinds, offers
from readingroom.questions.slips import Slip

# Exercises whose value a later cell goes on with.
CARRIED = ("read-twelve", "miss-at-most-two")

FILMS = 12
OPEN_AT_MOST = 4  # uncalled films; of the others some are ill and some are not
MISSES = 2  # of fifty ill films
ALARMS_WITHIN = 2  # narrow, so that 0.5 does not slip through
CALLS, LEFT_WITHIN = 6, 1  # a night's calls that are accepted; ill patients left beyond need
RATE_WITHIN = 0.10


@dataclass(frozen=True)
class Frozen:
    """What lesson 00's checks read: stored scores, and films drawn from seeds.

    Attributes
    ----------
    course_calls : ndarray, (12,) of 1, 0 and -1
        The pixel regression's calls of the reading set, the least certain one left open.
    labels, score : ndarray, (100,)
        The threshold set.
    night_labels, night_score : ndarray, (50,)
        One night's films.
    seconds_ai, seconds_upload : float
        Of one film, as printed in the lesson.
    hits, called : ndarray, (8,) bool
        Lesion films: hottest point in the outline; called ill.
    kinds : tuple of str
        What each film of the scope set is.
    inverted : ndarray, (S, S) uint8
        The film to be repaired.
    """

    course_calls: np.ndarray
    labels: np.ndarray
    score: np.ndarray
    night_labels: np.ndarray
    night_score: np.ndarray
    seconds_ai: float
    seconds_upload: float
    hits: np.ndarray
    called: np.ndarray
    kinds: tuple[str, ...]
    inverted: np.ndarray


def _course_calls(run, rows: np.ndarray) -> np.ndarray:
    """The pixel regression's reading of the twelve films."""
    score = run["pixel_test"][rows]
    calls = (score >= np.median(score)).astype(int)
    calls[np.abs(score - np.median(score)).argmin()] = -1
    return calls


def frozen(mode: str) -> Frozen:
    """Load everything once for one mode."""
    run = films.kept(mode=mode)
    hundred, night = (films.from_store(name, mode) for name in ("hundred", "night"))
    lesions = simulated.lesions()
    return Frozen(
        course_calls=_course_calls(run, films.positions(run["test_label"])["twelve"]),
        labels=hundred.labels,
        score=hundred.score,
        night_labels=night.labels,
        night_score=night.score,
        seconds_ai=float(run["seconds_ai"]),
        seconds_upload=float(run["seconds_upload"]),
        hits=lesions.hits,
        called=lesions.called,
        kinds=simulated.scope_set().kinds,
        inverted=simulated.inverted_film(),
    )


# --- read-twelve


def _calls(answer: np.ndarray) -> list[float]:
    return np.asarray(answer, float).ravel().tolist()


def _committed(answer: np.ndarray, frozen: Frozen) -> bool:
    calls = _calls(answer)
    fit = len(calls) == FILMS and set(calls) <= {0, 1, -1} and {0, 1} <= set(calls)
    return fit and calls.count(-1) <= OPEN_AT_MOST


READ = ask.question(
    "read-twelve",
    kinds.array(4_000),
    lambda f: f.course_calls,
    _committed,
    ask.slip(
        "eleven values",
        lambda f: f.course_calls[:-1],
        "One film was skipped.",
        lambda answer: np.size(answer) == FILMS - 1,
    ),
    ask.slip(
        "another length",
        [0, 1],
        "Twelve films, twelve numbers; you gave {n}.",
        lambda answer: np.size(answer) != FILMS,
        lambda answer: {"n": np.size(answer)},
    ),
    ask.slip(
        "another number",
        lambda f: [2, *f.course_calls[1:]],
        "Only 1, 0 and -1 have a meaning here.",
        lambda answer: not set(_calls(answer)) <= {0, 1, -1},
    ),
    ask.slip(
        "all ill",
        [1] * FILMS,
        "Every film called pneumonia: sensitivity 1, specificity 0. Read again.",
        lambda answer: set(_calls(answer)) == {1},
    ),
    ask.slip(
        "nothing called",
        [-1] * FILMS,
        "Call the ones you would call at work; leave no more than four open.",
        lambda answer: _calls(answer).count(-1) > OPEN_AT_MOST,
    ),
    look=True,
    sealed=True,
    task="Your calls of twelve films, before the networks'",
    forms=lambda f: [
        f.course_calls.tolist(),
        tuple(float(call) for call in f.course_calls),
        [0, 1] * 6,
    ],
    unfit="Twelve numbers in square brackets: my_calls = [1, 0, -1, ...]",
    otherwise="Use both 1 and 0: some of the twelve films are ill and some are not.",
    why="The commitment earns the points, not the calls. Now let the networks read.",
    hint="1 = ill, 0 = normal, -1 = cannot call at this size.",
    next_hint="Twelve numbers, commas.",
)

# --- films-per-hour


def _an_hour(frozen: Frozen) -> float:
    return 3600 / (frozen.seconds_ai + frozen.seconds_upload)


def _near(answer: float, wanted: float) -> bool:
    return abs(answer - wanted) <= RATE_WITHIN * wanted


AN_HOUR = ask.question(
    "films-per-hour",
    kinds.number(),
    _an_hour,
    lambda answer, f: _near(answer, _an_hour(f)),
    ask.slip(
        "brackets forgotten",
        lambda f: 3600 / f.seconds_ai + f.seconds_upload,
        "Only the network's time was divided. Put brackets round the sum of the two times.",
        lambda answer, f: abs(answer - (3600 / f.seconds_ai + f.seconds_upload)) < 0.5,
    ),
    ask.slip(
        "upload forgotten",
        lambda f: 3600 / f.seconds_ai,
        "You left out the upload, which is most of the wait.",
    ),
    ask.slip(
        "hours per film",
        lambda f: (f.seconds_ai + f.seconds_upload) / 3600,
        "That is hours per film.",
    ),
    ask.slip(
        "a minute",
        lambda f: 60 / (f.seconds_ai + f.seconds_upload),
        "That is films in a minute; an hour has 3600 seconds.",
    ),
    same=lambda one, other, frozen: _near(one, other),
    points=1,
    accepted=f"A difference of up to {RATE_WITHIN:.0%} is accepted.",
    task="Films an hour, one at a time, upload included",
    forms=lambda f: [round(_an_hour(f)), np.float32(_an_hour(f))],
    otherwise="Add the two times; then, how often do they fit into 3600 seconds?",
    why="The network is not what you wait for. The line is.",
    comment=lambda answer, f: (
        f"{answer:.0f} films an hour; without the upload it would be {3600 / f.seconds_ai:.0f}."
    ),
    hint="Add the times first.",
    next_hint="3600 seconds in an hour, divided by the seconds of one film.",
)

# --- miss-at-most-two


def missed(threshold: float, labels: np.ndarray, score: np.ndarray) -> int:
    """Ill films below the threshold."""
    return int((score[labels == 1] < threshold).sum())


def alarms(threshold: float, labels: np.ndarray, score: np.ndarray) -> int:
    """Normal films at or above the threshold."""
    return int((score[labels == 0] >= threshold).sum())


def _highest(frozen: Frozen) -> float:
    """The highest threshold that misses no more than two: the third lowest score of the ill."""
    return float(np.sort(frozen.score[frozen.labels == 1])[MISSES])


def _fewest(frozen: Frozen) -> int:
    return alarms(_highest(frozen), frozen.labels, frozen.score)


def _good_threshold(answer: float, frozen: Frozen) -> bool:
    few = missed(answer, frozen.labels, frozen.score) <= MISSES
    return few and alarms(answer, frozen.labels, frozen.score) <= _fewest(frozen) + ALARMS_WITHIN


def _costs(answer: float, frozen: Frozen) -> dict:
    return {
        "m": missed(answer, frozen.labels, frozen.score),
        "k": alarms(answer, frozen.labels, frozen.score),
    }


def _misses_many(threshold: float, frozen: Frozen) -> bool:
    return missed(threshold, frozen.labels, frozen.score) > MISSES


def _threshold_forms(frozen: Frozen) -> list:
    ill = np.sort(frozen.score[frozen.labels == 1])
    return [(ill[MISSES - 1] + ill[MISSES]) / 2, float(np.nextafter(_highest(frozen), 0))]


def _earned(answer: float, frozen: Frozen) -> str:
    """What a threshold gives on the hundred films."""
    called, labels = frozen.score >= answer, frozen.labels
    sens, spec = metrics.sensitivity(labels, called), metrics.specificity(labels, called)
    return f"On these films: sensitivity {sens.short()}, specificity {spec.short()}."


def _beyond_the_scale(count: int) -> tuple[Slip, Slip]:
    """A number of films, or a percentage, where a score was asked for."""
    return (
        ask.slip(
            "a count for a score",
            lambda f: count,
            "That is a number of films; type the score, between 0 and 1, that gives so many.",
            lambda answer: answer in range(2, CALLS + 1),
        ),
        ask.slip(
            "a hundred times",
            65,
            "No score is above 1. Type a score, not a percentage and not a number of films.",
            lambda answer: answer > 1,
        ),
    )


THRESHOLD = ask.number(
    "miss-at-most-two",
    _highest,
    *_beyond_the_scale(2),
    ask.slip(
        "everything is an alarm",
        0,
        "No misses, but every normal is an alarm.",
        lambda answer, f: alarms(answer, f.labels, f.score) == int((f.labels == 0).sum()),
    ),
    ask.slip(
        "too high",
        lambda f: float(np.median(f.score[f.labels == 1])),
        "Ill films missed: {m}. False alarms: {k}. A lower threshold misses fewer.",
        _misses_many,
        _costs,
    ),
    ask.slip(
        "too low",
        lambda f: float(np.sort(f.score[f.labels == 0])[5]),
        "Ill films missed: {m}, which is allowed. False alarms: {k}. A higher threshold gives "
        "fewer.",
        True,
        _costs,
    ),
    accepts=_good_threshold,
    accepted=f"Up to {ALARMS_WITHIN} false alarms more than the fewest possible are accepted.",
    task="A threshold that misses at most 2 of 50, with few false alarms",
    forms=_threshold_forms,
    otherwise="No more than two are missed, but more normals than need be are called: move up.",
    why="A choice: the few you miss and the alarms you accept. No setting is free.",
    comment=_earned,
    hint="Lower = more sensitive.",
    next_hint="Move up until the third ill film would be missed, and stop just before.",
    offer=offers.fill("[]", offers.slide("Threshold", 0, 1, 0.001)),
)

# --- heat-on-target


def _elsewhere(answer: float, frozen: Frozen) -> dict:
    # a film whose number is the answer would give it away
    films = [i for i in np.flatnonzero(~frozen.hits) if i != frozen.hits.sum()][:2]
    return {"films": " and ".join(str(i) for i in films)}


HITS = ask.number(
    "heat-on-target",
    lambda f: int(f.hits.sum()),
    ask.slip(
        "correct calls",
        lambda f: int(f.called.sum()),
        "Right call and right place are different counts; you gave the first.",
    ),
    ask.slip(
        "all eight",
        lambda f: len(f.hits),
        "Open the outlines and look at films {films}.",
        facts=_elsewhere,
    ),
    ask.slip(
        "more than there are",
        9,
        "There are eight films; count those whose cross lies in the lesion.",
        lambda answer: not 0 <= answer <= 8,
    ),
    ask.slip(
        "a share",
        lambda f: float(f.hits.mean()),
        "That is a share; count the films.",
        lambda answer: 0 < answer < 1,
    ),
    ask.slip(
        "half a film",
        3.5,
        "The middle of a cross lies inside or outside. Type a whole number.",
        lambda answer: answer != int(answer),
    ),
    ask.slip(
        "another count",
        lambda f: int((~f.hits).sum()) if f.hits.sum() != 4 else 0,
        "Count those whose cross lies inside the white line.",
        True,
    ),
    look=True,
    task="Films of eight in which the hottest point lies in the lesion",
    forms=lambda f: [float(f.hits.sum()), np.int64(f.hits.sum())],
    otherwise="Count those whose cross lies inside the white line.",
    why="Some crosses lie elsewhere although the call is right: a map is a lead, not a proof.",
    comment=lambda answer, f: (
        f"Called ill: {int(f.called.sum())} of 8. Cross in the lesion: {int(f.hits.sum())} of 8."
    ),
    hint="Open the outlines below the films.",
    next_hint="Inside the white line counts; beside it, not.",
)

# --- not-for-this


def _out(frozen: Frozen) -> set[int]:
    return {i for i, kind in enumerate(frozen.kinds) if kind in ("adult", "lateral", "hand")}


def _of(frozen: Frozen, *kinds: str) -> list[int]:
    return [i for i, kind in enumerate(frozen.kinds) if kind in kinds]


def _adult_missed(answer: list[int], frozen: Frozen) -> list[int]:
    return [i for i in _of(frozen, "adult") if i not in answer]


SCOPE = ask.indices(
    "not-for-this",
    lambda f: _out(f),
    ask.beyond(
        10,
        "There is no film {i} here: the numbers above the films run from 0 to 9.",
        "no such film",
    ),
    ask.none("No film named: were all ten the films this program was made from?", "nothing named"),
    ask.ticked(
        lambda f: _of(f, "repair"),
        "repair",
        "Film {i}: a child's frontal film. Repair it, then send it; repair and exclude differ.",
    ),
    ask.ticked(
        lambda f: _of(f, "poor"),
        "poor but in scope",
        "Film {i}: poor quality, but in scope. The two differ.",
    ),
    ask.ticked(
        lambda f: _of(f, "in"),
        "an ill child",
        "Film {i}: a child's frontal film is what it was made for.",
    ),
    ask.slip(
        "an adult let through",
        lambda f: _out(f) - {_of(f, "adult")[0]},
        "Film {i}: how old was anyone in the training set?",
        lambda answer, f: bool(_adult_missed(answer, f)),
        lambda answer, f: {"i": _adult_missed(answer, f)[0]},
    ),
    ask.slip(
        "another view or part",
        lambda f: _of(f, "adult"),
        "All adults found; but is every child's film here a frontal chest film?",
        True,
    ),
    limit=10,
    look=True,
    task="Films of ten that should never have been sent to this program",
    otherwise="Name films by their numbers, 0 to 9.",
    why="Two adults, a lateral and a hand: nothing like them was ever in training or test.",
    hint="Read the ages; then ask of each child's film: frontal, and a chest?",
    next_hint="Four of the ten.",
)

# --- turn-it-back

SAME_PIXELS = 0.95  # between machines single grey levels of a simulated film may differ


def _alike(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two films are the same but for a few pixels."""
    return one.shape == other.shape and bool((one == other).mean() >= SAME_PIXELS)


def _turned(film: np.ndarray) -> list[np.ndarray]:
    """A film in every other position: turned, mirrored, or both."""
    return [np.rot90(one, k) for one in (film, film[:, ::-1]) for k in range(4)][1:]


REPAIR = ask.question(
    "turn-it-back",
    kinds.array(400_000),
    lambda f: 255 - f.inverted,
    lambda answer, f: _alike(answer, 255 - f.inverted),
    ask.slip(
        "minus",
        lambda f: -f.inverted,
        "These numbers go from 0 to 255 only: one below 0 is 255 again, so no step may go below 0.",
        # wrong_way - 255, with abs(...) around it or not, goes below 0 on its way
        lambda answer, f: any(_alike(answer, other) for other in (-f.inverted, f.inverted - 255)),
    ),
    ask.slip("unchanged", lambda f: f.inverted, "It is unchanged: air is still bright."),
    ask.slip(
        "one number",
        255,
        "That is one number. Type a calculation with wrong_way: it is done on each pixel.",
        lambda answer: answer.ndim < 2,
    ),
    ask.slip(
        "another scale",
        lambda f: 1 - f.inverted / 255,
        "The greys must stay whole numbers from 0 to 255. These lie between 0 and 1.",
        lambda answer: answer.size > 0 and answer.min() >= 0 and answer.max() <= 1,
    ),
    ask.slip(
        "turned",
        lambda f: f.inverted[::-1],
        "You turned it; its greys are as wrong as before.",
        lambda answer, f: any(_alike(answer, other) for other in _turned(f.inverted)),
    ),
    same=lambda one, other, frozen: _alike(one, other),
    points=1,
    task="The inverted film, repaired",
    forms=lambda f: [
        ~f.inverted,
        255 - f.inverted.astype(int),
        255.0 - f.inverted,
    ],
    unfit="Type a calculation with wrong_way, without quotation marks.",
    otherwise="Not yet: 255 must become 0, 0 must become 255, and 100 must become 155.",
    why="White is 255: subtract from it, and air is dark again.",
    comment=lambda answer, f: (
        f"The upper left corner had the grey {int(f.inverted[0, 0])}; now it has "
        f"{int(answer[0, 0])}."
    ),
    hint="White = 255.",
    next_hint="What is 255 must become 0, and what is 0 must become 255.",
)

# --- when-to-call


def _called(threshold: float, frozen: Frozen) -> int:
    return int((frozen.night_score >= threshold).sum())


def _best_night(frozen: Frozen) -> int:
    """Fewest ill patients missed with no more than six calls."""
    most = np.sort(frozen.night_score)[::-1][CALLS - 1]
    return missed(most, frozen.night_labels, frozen.night_score)


def _good_night(answer: float, frozen: Frozen) -> bool:
    missing = missed(answer, frozen.night_labels, frozen.night_score)
    return _called(answer, frozen) <= CALLS and missing <= _best_night(frozen) + LEFT_WITHIN


def _night_costs(answer: float, frozen: Frozen) -> dict:
    return {
        "k": _called(answer, frozen),
        "m": missed(answer, frozen.night_labels, frozen.night_score),
    }


def _night_forms(frozen: Frozen) -> list[float]:
    ranked = np.sort(frozen.night_score.astype(float))[::-1]
    # who leaves one call unused may be asked for no more than the page says
    return [float(ranked[CALLS - 1]), float(ranked[CALLS - 1] + ranked[CALLS]) / 2,
            float(ranked[CALLS - 2])]  # fmt: skip


NIGHT = ask.number(
    "when-to-call",
    lambda f: _night_forms(f)[0],
    *_beyond_the_scale(CALLS),
    ask.slip(
        "a habit",
        0.5,
        "Calls: {k}. At most 6 are accepted. 0.5 is only a habit.",
        lambda answer, f: answer == 0.5 and _called(answer, f) > CALLS,
        _night_costs,
    ),
    ask.slip(
        "too many calls",
        lambda f: float(np.sort(f.night_score)[::-1][CALLS + 2]),
        "Calls: {k}. At most 6 are accepted, so the score must be higher.",
        lambda answer, f: _called(answer, f) > CALLS,
        _night_costs,
    ),
    ask.slip(
        "few calls",
        lambda f: float(np.sort(f.night_score)[::-1][2]),
        "Calls: {k}, fewer than are accepted. Ill patients who wait for the morning: {m}.",
        True,
        _night_costs,
    ),
    accepts=_good_night,
    points=1,
    accepted=f"At most {LEFT_WITHIN} ill patient more than need be may wait.",
    task="The score that triggers a call, with at most 6 calls in 50 films",
    forms=lambda f: [*_night_forms(f), np.float64(_night_forms(f)[1])],
    otherwise="Count the calls first, then the ill patients that are not called.",
    why="The limit is a person's, not the network's: it decides who waits.",
    hint="Count calls, then misses.",
    next_hint="Rank the scores: between the sixth and the seventh.",
    comment=lambda answer, f: "Calls: {k}. Ill patients who wait for the morning: {m}.".format(
        **_night_costs(answer, f)
    ),
    offer=offers.fill("[]", offers.slide("Call at this score and above", 0, 1, 0.0005)),
)

# --- defensible

DEFENSIBLE = ask.choice(
    "defensible",
    ("C", 3),
    names="sentence, because",
    letters={
        "A": ("reads chest films", "Whose films, which question? You saw it read a hand."),
        "B": ("adults", "No adult film was ever in its training or its test."),
        "D": (
            "all ill",
            "All of them were ill, there were no negatives: a program that always says yes scores "
            "as well or better.",
        ),
    },
    because=(
        "right sentence, wrong reason",
        "The sentence is right, the reason is not. Which one speaks for it?",
    ),
    reason_first=True,
    task="Which sentence could you defend, and why",
    why="It names who was tested, against what, and who decides.",
    hint="Who was in the test?",
    next_hint="Look for the sentence that says whom, which film, and who.",
)

EXERCISES = (READ, AN_HOUR, THRESHOLD, HITS, REPAIR, SCOPE, NIGHT, DEFENSIBLE)
