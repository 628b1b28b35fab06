"""Lesson 05: a radiologist's own box counts, and each slip gets the sentence that fits it."""

from __future__ import annotations

import re

import pytest

from readingroom.checks import lesson_05 as checks
from readingroom.explain import pointing_game
from readingroom.lessons.l05 import films, make
from readingroom.models.findings import FINDINGS
from readingroom.questions import exercises

EXERCISES = exercises.of_lesson("05")


@pytest.fixture(scope="module")
def frozen():
    """The same in every mode."""
    return checks.frozen("simulated")


def _reply(slug, answer, frozen):
    return exercises.examine(EXERCISES[slug], answer, frozen)[0]


@pytest.mark.parametrize("room", [0, 4, 8])
def test_a_box_around_the_whole_finding_is_right(frozen, room):
    """Tight or roomy: also around a crescent of air, whose box has its centre in the lung."""
    boxes = checks._roomy(frozen, room)
    assert checks._hits(boxes, frozen) == list(range(8))
    assert _reply("your-box-first", boxes, frozen).status == exercises.RIGHT


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda box: (box[2], box[3], box[0], box[1]), "columns first"),
        (lambda box: (box[0], box[1], 127 - box[3], 127 - box[2]), "other side"),
        (lambda box: (0, 127, 0, 127), "Too large to say where: the boxes on films 0, 1"),
        (lambda box: (0, 6, 0, 6), "On target: 0 of your 8 boxes. At least 5 are needed"),
    ],
)
def test_a_misplaced_box_is_told_what_is_wrong_with_it(frozen, change, says):
    """Columns before rows, the wrong side, a box for everything and a miss are told apart."""
    boxes = [change(box) for box in films.boxes_around(frozen.masks)]
    found = _reply("your-box-first", boxes, frozen)
    assert found.status == exercises.WRONG and says in found.reason


@pytest.mark.parametrize("kind", range(len(FINDINGS)))
def test_what_the_loop_left_behind_is_one_finding(frozen, kind):
    """Rate and excess of the loop's last round are not taken for all films with the negatives."""
    run = make.stored_run("localise")
    rows = run["kind"] == kind
    masks, lungs = (films.unpacked(run[name])[rows] for name in ("mask", "lung"))
    hit = pointing_game.hits(run["cam"][rows].astype(float), masks)
    luck = pointing_game.chance(masks, lungs)
    answer = pointing_game.rate(hit), pointing_game.excess(hit, luck)
    assert "one finding alone" in _reply("on-target-rate", answer, frozen).reason


@pytest.mark.parametrize("box", [(-5, 20, 10, 30), (0, 20, 10, 129), (100, 140, 90, 120)])
def test_a_box_beyond_the_film_is_refused_by_its_number(frozen, box):
    """A row or column that the film has not is told with the film it stands on."""
    boxes = films.boxes_around(frozen.masks)
    boxes[3] = box
    found = _reply("your-box-first", boxes, frozen)
    assert found.status == exercises.WRONG and "Look again at the box on film 3" in found.reason


@pytest.mark.parametrize("slug", ["adds-up", "sanity", "on-target-rate", "how-small", "patch-size",
                                  "wrong-reason", "is-it-evidence"])  # fmt: skip
def test_a_right_answer_shows_what_was_found(frozen, slug):
    """The reply to a right answer holds the measured numbers, not praise alone."""
    told = _reply(slug, EXERCISES[slug].reference(frozen), frozen).reason
    assert re.search(r"\d\.\d|\d%", told.removeprefix(EXERCISES[slug].why))


def test_a_table_may_name_word_or_rho_first(frozen):
    """("pass", 0.1) says the same as (0.1, "pass")."""
    table = {k: (word, frozen.rho[k]) for k, word in frozen.verdicts.items()}
    assert _reply("sanity", table, frozen).status == exercises.RIGHT


def test_empty_braces_mean_none(frozen):
    """{} is a set of no films to a person, and is judged as one."""
    assert "On some films it does" in _reply("wrong-reason", {}, frozen).reason


def test_the_numbers_of_a_reply_subtract_to_what_it_says(frozen):
    """Who subtracts the two printed sums finds the printed remainder."""
    told = checks._completeness(frozen)
    shares, difference, missed = (float(x) for x in re.findall(r"(?<!\d)\d+\.\d{3}", told))
    assert abs(shares - difference) == pytest.approx(missed, abs=1e-9) and missed > 0


@pytest.mark.parametrize(
    ("edge", "right"), [(16, False), (19, False), (20, True), (32, True), (33, False)]
)
def test_a_patch_that_leaves_much_of_the_lesion_in_view_is_refused(frozen, edge, right):
    """What the reply praises as large enough to hide the lesion hides at least four fifths."""
    found = _reply("patch-size", edge, frozen)
    assert (found.status == exercises.RIGHT) == right
    hidden = int(re.search(r"hides (\d+)%", checks._hidden(edge))[1])
    assert (hidden >= 80) == (edge >= 20)


def test_a_size_that_is_on_no_axis_is_not_said_to_be_pixels(frozen):
    """7 mm may be a guess as well as a size in pixels: the reply asks."""
    assert "Is it a size in pixels?" in _reply("how-small", 7, frozen).reason
