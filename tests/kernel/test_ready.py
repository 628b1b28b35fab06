"""What is made ready while the learner reads changes nothing that a lesson's cells compute."""

from __future__ import annotations

import pytest

from readingroom.catalogue import catalogue
from readingroom.data import cohorts
from readingroom.kernel import page, ready
from readingroom.learner import server
from readingroom.questions import exercises, offers

LESSONS = list(catalogue())


@pytest.fixture(autouse=True)
def nothing_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins with a new kernel's memory."""
    monkeypatch.setattr(ready, "_begun", set())
    monkeypatch.setattr(ready, "_films", ready.threading.Event())


def test_loading_what_checks_compare_with_takes_no_random_numbers():
    """A thread may load it beside a cell that trains: torch's stream stands still.

    Nobody in the package draws from numpy's shared stream: ruff's rule NPY002 refuses it.
    """
    import torch

    before = torch.get_rng_state()
    exercises.module("05").frozen("simulated")
    assert torch.equal(torch.get_rng_state(), before)


def test_a_kernel_without_the_page_does_nothing_ahead(monkeypatch: pytest.MonkeyPatch):
    """Headless runs and nbgrader start no thread, and opening a lesson waits for none."""
    monkeypatch.setattr(ready.threading, "Thread", lambda **_: pytest.fail("a thread was started"))
    ready.checks("05", "simulated")
    ready.wait_for_films()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    ready.begin("05")


def test_a_lesson_that_does_not_exist_ends_the_waiting():
    """Whatever goes wrong ahead of time, the first cell runs and tells it itself."""
    ready.begin("98")
    ready.wait_for_films()
    assert ready._films.is_set()


def test_a_check_that_must_wait_says_so(monkeypatch: pytest.MonkeyPatch, capsys):
    """After a second of silence a line says what happens, and the answer still comes."""
    monkeypatch.setattr(ready, "NOTICED", 0.05)
    monkeypatch.setattr(exercises, "frozen", lambda lesson, mode: "data")
    ready._lock.acquire()
    ready.threading.Timer(0.3, ready._lock.release).start()
    assert ready.frozen("05", "simulated") == "data"
    assert ready.WAIT in capsys.readouterr().out


def test_films_read_ahead_are_handed_to_one_load(monkeypatch: pytest.MonkeyPatch):
    """The first load gets what was read; the second reads anew, so that no arrays are shared."""
    monkeypatch.setattr(cohorts.choice, "mode", lambda: "simulated")
    shown = cohorts.ahead("children", 28, "simulated")
    assert cohorts.load("children", 28) is shown
    assert cohorts.load("children", 28) is not shown


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_page_is_told_how_each_answer_can_be_given(lesson: str):
    """Every exercise has its kind and its released cell with dots; nothing told holds an answer."""
    told = page.facts(catalogue()[lesson])
    known = exercises.of_lesson(lesson)
    assert set(told["kinds"]) == set(known) == set(told["cells"])
    assert all("..." in source for source in told["cells"].values())
    assert set(told["offers"]) == {slug for slug, one in known.items() if one.offer}
    for slug, offer in told["offers"].items():
        assert offer["text"].count("[]") == len(offer["parts"]), slug


def test_a_page_without_the_course_s_script_is_told_to_type():
    """The sentence is there for every kind of page, and the script hides what bears its class."""
    told = page.told(catalogue()["08"])
    assert told["text/plain"] in told["text/html"] and "type" in told["text/plain"]
    script = (server.EXTENSIONS / "readingroom" / "static" / "remoteEntry.js").read_text("utf-8")
    assert f'class="{page.PLAIN}"' in told["text/html"]
    assert f".{page.PLAIN}{{display:none}}" in script


def test_an_offer_with_a_blank_too_many_is_refused():
    """A text and its parts belong together."""
    with pytest.raises(ValueError, match="not one blank"):
        offers.fill("[], []", offers.line("one"))
