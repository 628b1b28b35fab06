"""Checks of lesson 00, "The AI reads a chest film in a second"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom.questions import kinds
from readingroom.questions.exercises import PERCENT, Exercise, Wrong, no_such_reason

# Exercises whose value a later cell goes on with.
CARRIED = ("read-twelve", "miss-at-most-two")

FILMS = 12
OPEN_AT_MOST = 4  # uncalled films; of the others some are ill and some are not
MISSES = 2  # of fifty ill films
ALARMS_WITHIN = 2  # narrow, so that 0.5 does not slip through
CALLS = 6  # a night's calls that the radiologist at home accepts
RATE_WITHIN = 0.10


@dataclass(frozen=True)
class Frozen:
    """What lesson 00's checks read: stored scores, and films drawn from seeds.

    Attributes
    ----------
    course_calls : ndarray, (12,) of 1, 0 and -1
        The see-through model's calls of the reading set, the least certain one left open.
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
    """The see-through model's reading of the twelve films."""
    score = run["pixel_test"][rows]
    calls = (score >= np.median(score)).astype(int)
    calls[np.abs(score - np.median(score)).argmin()] = -1
    return calls


def frozen(mode: str) -> Frozen:
    """Load everything once for one mode."""
    from readingroom.lessons.l00 import drawn, films

    run = films.kept(mode=mode)
    hundred, night = (films.from_store(name, mode) for name in ("hundred", "night"))
    lesions = drawn.lesions()
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
        kinds=drawn.scope_set().kinds,
        inverted=drawn.inverted_film(),
    )


# --- read-twelve


def _calls(answer: np.ndarray) -> list[float]:
    return np.asarray(answer, float).ravel().tolist()


def _committed(answer: np.ndarray, frozen: Frozen) -> bool:
    calls = _calls(answer)
    fit = len(calls) == FILMS and set(calls) <= {0, 1, -1} and {0, 1} <= set(calls)
    return fit and calls.count(-1) <= OPEN_AT_MOST


READ = Exercise(
    slug="read-twelve",
    kind=kinds.array(4_000),
    points=2,
    look=True,
    task="Your calls of twelve films, before the networks'",
    accepts=_committed,
    reference=lambda frozen: frozen.course_calls,
    also_right=lambda frozen: [
        frozen.course_calls.tolist(),
        tuple(float(call) for call in frozen.course_calls),
        [0, 1] * 6,
    ],
    unfit="Twelve numbers in square brackets: my_calls = [1, 0, -1, ...]",
    wrong=(
        Wrong(
            "eleven values",
            lambda frozen: frozen.course_calls[:-1],
            "One film was skipped.",
            matches=lambda answer, frozen: np.size(answer) == FILMS - 1,
        ),
        Wrong(
            "another length",
            lambda frozen: [0, 1],
            "Twelve films, twelve numbers; you gave {n}.",
            matches=lambda answer, frozen: np.size(answer) != FILMS,
            facts=lambda answer, frozen: {"n": np.size(answer)},
        ),
        Wrong(
            "another number",
            lambda frozen: [2, *frozen.course_calls[1:]],
            "Only 1, 0 and -1 have a meaning here.",
            matches=lambda answer, frozen: not set(_calls(answer)) <= {0, 1, -1},
        ),
        Wrong(
            "all ill",
            lambda frozen: [1] * FILMS,
            "Every film called pneumonia: sensitivity 1, specificity 0. Read again.",
            matches=lambda answer, frozen: set(_calls(answer)) == {1},
        ),
        Wrong(
            "nothing called",
            lambda frozen: [-1] * FILMS,
            "Call the ones you would call at work; leave no more than four open.",
            matches=lambda answer, frozen: _calls(answer).count(-1) > OPEN_AT_MOST,
        ),
    ),
    otherwise="Use both 1 and 0: no ward of twelve is all ill or all well here.",
    why="Noted, and not marked: the commitment earns the points. Now let the networks read.",
    hints=("1 = pneumonia, 0 = normal, -1 = cannot call at this size.", "Twelve numbers, commas."),
)

# --- films-per-hour


def _an_hour(frozen: Frozen) -> float:
    return 3600 / (frozen.seconds_ai + frozen.seconds_upload)


def _near(answer: float, wanted: float) -> bool:
    return abs(answer - wanted) <= RATE_WITHIN * wanted


AN_HOUR = Exercise(
    slug="films-per-hour",
    kind=kinds.number(),
    points=1,
    must=False,
    task="Films an hour, one at a time, upload included",
    accepts=lambda answer, frozen: _near(answer, _an_hour(frozen)),
    reference=_an_hour,
    also_right=lambda frozen: [round(_an_hour(frozen)), np.float32(_an_hour(frozen))],
    same=lambda one, other, frozen: _near(one, other),
    wrong=(
        Wrong(
            "upload forgotten",
            lambda frozen: 3600 / frozen.seconds_ai,
            "You left out the upload, which is most of the wait.",
        ),
        Wrong(
            "hours per film",
            lambda frozen: (frozen.seconds_ai + frozen.seconds_upload) / 3600,
            "That is hours per film.",
        ),
        Wrong(
            "a minute",
            lambda frozen: 60 / (frozen.seconds_ai + frozen.seconds_upload),
            "That is films in a minute; an hour has 3600 seconds.",
        ),
    ),
    otherwise="Add the two times; then, how often do they fit into 3600 seconds?",
    why="The network is not what you wait for. The line is.",
    hints=("Add the times first.", "3600 seconds in an hour, divided by the seconds of one film."),
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
        "t": answer,
        "way": "Lower misses fewer" if _misses_many(answer, frozen) else "Move up: fewer alarms",
    }


def _misses_many(threshold: float, frozen: Frozen) -> bool:
    return missed(threshold, frozen.labels, frozen.score) > MISSES


def _threshold_forms(frozen: Frozen) -> list:
    ill = np.sort(frozen.score[frozen.labels == 1])
    return [(ill[MISSES - 1] + ill[MISSES]) / 2, float(np.nextafter(_highest(frozen), 0))]


def _habit(frozen: Frozen) -> float:
    """0.5 where it fails, else the nearest tenth that does: what a hand types first."""
    tenths = sorted((x / 10 for x in range(1, 10)), key=lambda x: abs(x - 0.5))
    return next(x for x in tenths if not _good_threshold(x, frozen))


def _beyond_the_scale(count: int) -> tuple[Wrong, Wrong]:
    """A number of films, or a percentage, where a score was asked for."""
    return (
        Wrong(
            "a count for a score",
            lambda frozen: count,
            "That is a number of films; type the score, between 0 and 1, that gives so many.",
            matches=lambda answer, frozen: answer in range(2, CALLS + 1),
        ),
        Wrong(
            "a hundred times",
            lambda frozen: 65,
            f"No score is above 1. {PERCENT}",
            matches=lambda answer, frozen: answer > 1,
        ),
    )


THRESHOLD = Exercise(
    slug="miss-at-most-two",
    kind=kinds.number(),
    points=2,
    task="A threshold that misses at most 2 of 50, with few false alarms",
    accepts=_good_threshold,
    reference=_highest,
    also_right=_threshold_forms,
    wrong=(
        *_beyond_the_scale(2),
        Wrong(
            "everything is an alarm",
            lambda frozen: 0,
            "No misses, but every normal is an alarm.",
            matches=lambda answer, frozen: (
                alarms(answer, frozen.labels, frozen.score) == int((frozen.labels == 0).sum())
            ),
        ),
        Wrong(
            "a habit",
            _habit,
            "Misses {m}, with {k} false alarms. {t:g} is a habit, not a choice. {way}.",
            matches=lambda answer, frozen: answer == round(answer, 1) and 0 < answer < 1,
            facts=_costs,
        ),
        Wrong(
            "too high",
            lambda frozen: float(np.median(frozen.score[frozen.labels == 1])),
            "Misses {m}. Moving up misses more; which direction finds more?",
            matches=_misses_many,
            facts=_costs,
        ),
    ),
    otherwise="No more than two are missed, but more normals than need be are called: move up.",
    why="A choice: the few you miss and the alarms you accept. No setting is free.",
    hints=(
        "Lower = more sensitive.",
        "Move up until the third ill film would be missed, and stop just before.",
    ),
)

# --- heat-on-target


def _elsewhere(answer: float, frozen: Frozen) -> dict:
    # a film whose number is the answer would give it away
    films = [i for i in np.flatnonzero(~frozen.hits) if i != frozen.hits.sum()][:2]
    return {"films": " and ".join(str(i) for i in films)}


HITS = Exercise(
    slug="heat-on-target",
    kind=kinds.number(),
    points=2,
    look=True,
    task="Films of eight in which the hottest point lies in the lesion",
    accepts=lambda answer, frozen: answer == int(frozen.hits.sum()),
    reference=lambda frozen: int(frozen.hits.sum()),
    also_right=lambda frozen: [float(frozen.hits.sum()), np.int64(frozen.hits.sum())],
    same=lambda one, other, frozen: one == other,
    wrong=(
        Wrong(
            "correct calls",
            lambda frozen: int(frozen.called.sum()),
            "Right call and right place are different counts; you gave the first.",
        ),
        Wrong(
            "all eight",
            lambda frozen: len(frozen.hits),
            "Open the outlines and look at films {films}.",
            facts=_elsewhere,
        ),
        Wrong(
            "a share",
            lambda frozen: float(frozen.hits.mean()),
            "That is a share; count the films.",
            matches=lambda answer, frozen: 0 < answer < 1,
        ),
        Wrong(
            "the misses",
            lambda frozen: int((~frozen.hits).sum()) if frozen.hits.sum() != 4 else 0,
            "Count those whose cross lies inside the white line.",
            matches=lambda answer, frozen: True,
        ),
    ),
    otherwise="Count those whose cross lies inside the white line.",
    why="Some crosses lie elsewhere although the call is right: a map is a lead, not a proof.",
    hints=("Open the outlines below the films.", "Inside the white line counts; beside it, not."),
)

# --- not-for-this


def _out(frozen: Frozen) -> set[int]:
    return {i for i, kind in enumerate(frozen.kinds) if kind in ("adult", "lateral", "hand")}


def _of(frozen: Frozen, *kinds: str) -> list[int]:
    return [i for i, kind in enumerate(frozen.kinds) if kind in kinds]


def _first_of(kind: str):
    """The first film of a kind among those named, as a field of a sentence."""
    return lambda answer, frozen: {"i": min(set(answer) & set(_of(frozen, kind)))}


def _adult_missed(answer: list[int], frozen: Frozen) -> list[int]:
    return [i for i in _of(frozen, "adult") if i not in answer]


def _nowhere(answer: list[int], frozen: Frozen) -> list[int]:
    return [i for i in answer if not 0 <= i < len(frozen.kinds)]


SCOPE = Exercise(
    slug="not-for-this",
    kind=kinds.indices(10),
    points=2,
    look=True,
    task="Films of ten that should never have been sent to this program",
    accepts=lambda answer, frozen: set(answer) == _out(frozen),
    reference=lambda frozen: sorted(_out(frozen)),
    also_right=lambda frozen: [_out(frozen), np.array(sorted(_out(frozen))), tuple(_out(frozen))],
    wrong=(
        Wrong(
            "no such film",
            lambda frozen: _out(frozen) | {12},
            "There is no film {i} here: the numbers above the films run from 0 to 9.",
            matches=lambda answer, frozen: bool(_nowhere(answer, frozen)),
            facts=lambda answer, frozen: {"i": _nowhere(answer, frozen)[0]},
        ),
        Wrong(
            "nothing named",
            lambda frozen: set(),
            "No film named: were all ten the films this program was made from?",
            matches=lambda answer, frozen: not answer,
        ),
        Wrong(
            "repair",
            lambda frozen: _out(frozen) | {_of(frozen, "repair")[0]},
            "Film {i}: a child's frontal film. Repair it, then send it; repair and exclude differ.",
            matches=lambda answer, frozen: bool(set(answer) & set(_of(frozen, "repair"))),
            facts=_first_of("repair"),
        ),
        Wrong(
            "poor but in scope",
            lambda frozen: _out(frozen) | {_of(frozen, "poor")[0]},
            "Film {i}: poor quality, but in scope. The two differ.",
            matches=lambda answer, frozen: bool(set(answer) & set(_of(frozen, "poor"))),
            facts=_first_of("poor"),
        ),
        Wrong(
            "an ill child",
            lambda frozen: _out(frozen) | {_of(frozen, "in")[0]},
            "Film {i}: a child's frontal film is what it was made for.",
            matches=lambda answer, frozen: bool(set(answer) & set(_of(frozen, "in"))),
            facts=_first_of("in"),
        ),
        Wrong(
            "an adult let through",
            lambda frozen: _out(frozen) - {_of(frozen, "adult")[0]},
            "Film {i}: how old was anyone in the training set?",
            matches=lambda answer, frozen: bool(_adult_missed(answer, frozen)),
            facts=lambda answer, frozen: {"i": _adult_missed(answer, frozen)[0]},
        ),
        Wrong(
            "another view or part",
            lambda frozen: _of(frozen, "adult"),
            "All adults found; but is every child's film here a frontal chest film?",
            matches=lambda answer, frozen: True,
        ),
    ),
    otherwise="Name films by their numbers, 0 to 9.",
    why="Two adults, a lateral and a hand: nothing like them was ever in training or test.",
    hints=("Four of ten.", "Read the ages; then ask of each child's film: frontal, and a chest?"),
)

# --- turn-it-back

SAME_PIXELS = 0.95  # between machines single grey levels of a simulated film may differ


def _alike(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two films are the same but for a few pixels."""
    return one.shape == other.shape and bool((one == other).mean() >= SAME_PIXELS)


REPAIR = Exercise(
    slug="turn-it-back",
    kind=kinds.array(400_000),
    points=1,
    must=False,
    task="The inverted film, repaired",
    accepts=lambda answer, frozen: _alike(answer, 255 - frozen.inverted),
    reference=lambda frozen: 255 - frozen.inverted,
    also_right=lambda frozen: [
        ~frozen.inverted,
        255 - frozen.inverted.astype(int),
        255.0 - frozen.inverted,
    ],
    same=lambda one, other, frozen: _alike(one, other),
    wrong=(
        Wrong(
            "minus",
            lambda frozen: -frozen.inverted,
            "These numbers go from 0 to 255 only: one below 0 is 255 again. Subtract from 255.",
        ),
        Wrong("unchanged", lambda frozen: frozen.inverted, "Unchanged: air still bright."),
        Wrong(
            "turned",
            lambda frozen: frozen.inverted[::-1],
            "You turned it; its greys are as wrong as before.",
            matches=lambda answer, frozen: any(
                _alike(answer, other) for other in (frozen.inverted[::-1], frozen.inverted[:, ::-1])
            ),
        ),
    ),
    otherwise="Dark must become bright by as much as it was dark, pixel by pixel.",
    why="White is 255: subtract from it, and air is dark again.",
    hints=("White = 255.", "What is 255 must become 0, and what is 0 must become 255."),
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
    return _called(answer, frozen) <= CALLS and missing <= _best_night(frozen)


def _night_costs(answer: float, frozen: Frozen) -> dict:
    return {
        "k": _called(answer, frozen),
        "m": missed(answer, frozen.night_labels, frozen.night_score),
    }


def _night_forms(frozen: Frozen) -> list[float]:
    ranked = np.sort(frozen.night_score.astype(float))[::-1]
    return [float(ranked[CALLS - 1]), float(ranked[CALLS - 1] + ranked[CALLS]) / 2]


NIGHT = Exercise(
    slug="when-to-call",
    kind=kinds.number(),
    points=1,
    must=False,
    task="The score that triggers a call, with at most 6 calls in 50 films",
    accepts=_good_night,
    reference=lambda frozen: _night_forms(frozen)[0],
    also_right=lambda frozen: [*_night_forms(frozen), np.float64(_night_forms(frozen)[1])],
    comment=lambda answer, frozen: "{k} calls; {m} ill patients wait for the morning.".format(
        **_night_costs(answer, frozen)
    ),
    wrong=(
        *_beyond_the_scale(CALLS),
        Wrong(
            "a habit",
            lambda frozen: 0.5,
            "{k} calls: the phone is switched off after the sixth. 0.5 is a habit.",
            matches=lambda answer, frozen: answer == 0.5 and _called(answer, frozen) > CALLS,
            facts=_night_costs,
        ),
        Wrong(
            "too many calls",
            lambda frozen: float(np.sort(frozen.night_score)[::-1][CALLS + 2]),
            "{k} calls: the phone is switched off after the sixth.",
            matches=lambda answer, frozen: _called(answer, frozen) > CALLS,
            facts=_night_costs,
        ),
        Wrong(
            "few calls",
            lambda frozen: float(np.sort(frozen.night_score)[::-1][2]),
            "Few calls ({k}), and {m} ill patients wait for the morning.",
            matches=lambda answer, frozen: True,
            facts=_night_costs,
        ),
    ),
    otherwise="Count the calls first, then the ill patients that are not called.",
    why="As many calls as are accepted, and no film wasted.",
    hints=("Count calls, then misses.", "Rank the scores: between the sixth and the seventh."),
)

# --- defensible

DEFENSIBLE = Exercise(
    slug="defensible",
    kind=kinds.choice(),
    points=2,
    task="Which sentence could you defend, and why",
    accepts=lambda answer, frozen: answer == ("C", 3),
    reference=lambda frozen: ("C", 3),
    also_right=lambda frozen: [("c", 3), ["C", 3.0], ("C", "3")],
    unfit='One letter in quotation marks and a bare number, 1 to 4: sentence, because = "A", 1',
    wrong=(
        no_such_reason("C"),
        Wrong(
            "reads chest films",
            lambda frozen: ("A", 1),
            "Whose films, which question? You saw it read a hand.",
            matches=lambda answer, frozen: answer[0] == "A",
        ),
        Wrong(
            "adults",
            lambda frozen: ("B", 3),
            "No adult film was ever in its training or its test.",
            matches=lambda answer, frozen: answer[0] == "B",
        ),
        Wrong(
            "all ill",
            lambda frozen: ("D", 1),
            "All of them were ill, there were no negatives: a program that always says yes scores "
            "as well or better.",
            matches=lambda answer, frozen: answer[0] == "D",
        ),
        Wrong(
            "right sentence, wrong reason",
            lambda frozen: ("C", 1),
            "Right sentence; is that really why?",
            matches=lambda answer, frozen: answer[0] == "C",
        ),
    ),
    otherwise="Choose one of A, B, C, D and a reason from 1 to 4.",
    why="It names who was tested, against what, and who decides.",
    hints=("Who was in the test?", "Look for the sentence that says whom, which film, and who."),
)

EXERCISES = (READ, AN_HOUR, THRESHOLD, HITS, REPAIR, SCOPE, NIGHT, DEFENSIBLE)
