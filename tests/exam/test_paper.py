"""The test in a notebook: readable without widgets, keys kept back, reasons only at the end."""

from __future__ import annotations

import html
import re

import nbformat
import pytest

from readingroom.exam import blueprint, pages, paper, sheet, sitting

pytestmark = pytest.mark.usefixtures("first_release")


@pytest.fixture
def shown(monkeypatch):
    """Everything that is displayed: bundles and widgets."""
    out = []
    monkeypatch.setattr(paper, "display", lambda found, **_: out.append(found))
    return out


def _texts(shown) -> str:
    return "\n".join(found["text/plain"] for found in shown if isinstance(found, dict))


def _html(shown) -> str:
    return "\n".join(found.get("text/html", "") for found in shown if isinstance(found, dict))


def _sheet(monkeypatch) -> list:
    """The sheets that `paper.test` makes."""
    made, original = [], sheet.Sheet

    def keep(*given):
        made.append(original(*given))
        return made[-1]

    monkeypatch.setattr(sheet, "Sheet", keep)
    return made


def test_every_question_stands_as_text_and_one_at_a_time_on_the_sheet(shown, monkeypatch):
    """Each can be read without a widget; the sheet shows one, with its four whole sentences."""
    made = _sheet(monkeypatch)
    paper.test("before", code="1")
    page = made[0]
    for item in blueprint.asked():
        question = item.forms["A"]
        for text in (question.vignette, *(option.text for option in question.options)):
            assert text in _texts(shown)
        assert html.escape(question.vignette) in page.text.value
        assert [words[3:] for words, _ in page.sentences.options] == [
            option.text for option in question.options
        ]
        assert page.sentences.value is None
        page.turn(page.place + 1)
    assert page.on.disabled and not page.back.disabled
    assert _html(shown).count("<section aria-label=") == 17
    assert "17 questions" in _texts(shown) and "The blueprint has 20; 3 wait" in _texts(shown)


def test_a_click_is_kept_and_the_sheet_opens_again_where_it_was_left(shown, monkeypatch):
    """Choosing a sentence writes the file; coming back shows the first question that is open."""
    made = _sheet(monkeypatch)
    paper.test("before", code="1")
    made[0].sentences.value = "B"
    made[0].turn(1)
    made[0].sentences.value = "D"
    assert sitting.load("before").answers == {1: "B", 2: "D"}
    paper.test("before")
    assert made[1].place == 2 and "2 of 17 answered" in made[1].told.value
    assert 'answers = "BD-' in _texts(shown)
    made[1].turn(0)
    assert made[1].sentences.value == "B"


def test_handing_in_with_open_questions_takes_two_presses(shown, monkeypatch):
    """The first press names what is open and hands nothing in; the second leads on."""
    made = _sheet(monkeypatch)
    paper.test("before", code="1")
    made[0].sentences.value = "B"
    made[0].hand_in()
    assert "Still open: question 2, 3" in made[0].told.value
    assert not sitting.load("before").finished
    made[0].hand_in()
    assert sitting.load("before").finished and made[0].sentences.disabled
    assert "contents.ipynb" in shown[-1]["text/markdown"]


def test_no_reason_and_no_key_is_shown_before_the_end(shown):
    """Neither the questions nor the result of the first test give a reason away."""
    paper.test("before", code="1")
    paper.hand_in("before", "A" * 17)
    assert "Best is" not in _html(shown)
    for item in blueprint.asked():
        for form in blueprint.FORMS:
            for option in item.forms[form].options:
                assert option.why not in _html(shown) and option.why not in _texts(shown)


def test_the_second_result_shows_both_scores_and_the_reasons(shown):
    """After the course: both scores with their intervals, and a reason for each wrong answer."""
    paper.test("before", code="1")
    paper.hand_in("before", "A" * 17)
    paper.test("after")
    shown.clear()
    paper.hand_in("after", "-" + "B" * 16)
    told = _texts(shown)
    assert "Before the course, form A" in told and "After the course, form B" in told
    assert len(re.findall(r"\(\.\d\d-\.\d\d\)", told)) == 2
    wrong = 17 - sum(sitting.load("after").right(n) for n in range(1, 18))
    assert _html(shown).count("Best is") == wrong
    assert "You left it open." in _html(shown)
    assert _html(shown).count("✓ right") == 17 - wrong


def test_a_mistake_is_said_and_stops_nothing(shown):
    """Wrong words and wrong letters end in a sentence, never in an error."""
    paper.test("now")
    paper.hand_in("after", "A")
    paper.test("before")
    paper.hand_in("before", "XYZ")
    paper.hand_in("before")
    said = _texts(shown)
    assert 'rr.test("before") or' in said and "first: it shows the questions" in said
    assert "found X Y Z" in said and "no answer yet to 1, 2" in said


def test_what_is_typed_is_shown_as_text(shown):
    """Markup in an answer is escaped."""
    paper.test("before")
    paper.hand_in("before", "<b>" * 3)
    assert "<b>" not in shown[-1]["text/html"]


@pytest.mark.parametrize("when", sitting.TIMES)
def test_the_notebook_holds_neither_questions_nor_keys(when, tmp_path):
    """A learner's file has a call and an answer cell, no vignette, no option and no letters."""
    pages.write(tmp_path)
    book = nbformat.read(tmp_path / pages.NAMES[when], as_version=4)
    text = "\n".join(cell.source for cell in book.cells)
    for item in blueprint.asked():
        for form in blueprint.FORMS:
            assert item.forms[form].vignette not in text
    keys = {form: "".join(i.forms[form].key for i in blueprint.blueprint().values())
            for form in blueprint.FORMS}  # fmt: skip
    assert not any(found in text for found in keys.values())
    assert "answers = ..." in text and f'rr.hand_in("{when}", answers)' in text
    assert "About 25 minutes" in text


def test_a_test_page_in_use_is_never_overwritten(tmp_path):
    """What a learner typed into the page stays."""
    first = pages.write(tmp_path)
    assert len(first) == 2
    first[0].write_text("mine", "utf-8")
    assert pages.write(tmp_path) == [] and first[0].read_text("utf-8") == "mine"


@pytest.mark.slow
def test_the_pages_run_in_a_kernel(tmp_path, kept, warm_kernel):
    """Run All of both pages, with answers typed, ends without an error and keeps both results."""
    import os

    from readingroom.author import rehearsal

    for when in sitting.TIMES:
        book = pages.notebook(when)
        n = len(_asked_in_a_kernel())
        for cell in book.cells:
            if cell.id == "answers":
                cell.source = f'answers = "{"A" * n}"'
        extra = {
            "READINGROOM_PROGRESS": str(kept),
            "READINGROOM_HOME": os.environ["READINGROOM_HOME"],
            **warm_kernel.environment(),
        }
        book, _, _, error = rehearsal.execute(book, "simulated", extra=extra)
        assert error == ""
        assert sitting.load(when).finished


def _asked_in_a_kernel():
    """The kernel has the lessons that this checkout has, not those of the fixture."""
    from readingroom.catalogue import catalogue

    here = set(catalogue())
    return [item for item in blueprint.blueprint().values() if here & set(item.lessons)]
