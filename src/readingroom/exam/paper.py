"""The test as a learner sees it in a notebook: questions as text, buttons beside them, a result.

The text alone is enough: the sheet only saves typing, and names the line it stands for.
"""

from __future__ import annotations

import html
from pathlib import Path

from IPython.display import display

from readingroom import files
from readingroom.catalogue import catalogue
from readingroom.exam import blueprint, scoring, sheet, sitting
from readingroom.exam.sitting import Sitting, SittingError
from readingroom.kernel.reply import BOX

QUIET = {"border": "#5f6b7a", "ground": "#f3f5f7", "ink": "#2b333d"}
MARKS = {True: "✓ right", False: "○ not yet"}
ON = {
    "before": "Go on: the contents page leads to the first lesson",
    "after": "Go on: the contents page, with your certificate",
}
WORDS = {"before": "before the course", "after": "after the course"}


def _show(markup: str, text: str) -> None:
    display({"text/html": markup, "text/plain": text}, raw=True)


def _box(*sentences: str) -> str:
    said = "<br>".join(html.escape(sentence) for sentence in sentences)
    return f'<div role="status" style="{BOX.format(**QUIET)}">{said}</div>'


def _say(text: str) -> None:
    _show(_box(text), text)


def question_html(place: int, of: int, question: blueprint.Question) -> str:
    """One question with its four options as a list lettered A to D."""
    options = "".join(f"<li>{html.escape(option.text)}</li>" for option in question.options)
    return (
        f'<section aria-label="Question {place} of {of}" style="max-width:46em">'
        f"<p><b>{place}.</b> {html.escape(question.vignette)} "
        f"<b>{html.escape(question.question)}</b></p>"
        f'<ol type="A" style="list-style-type:upper-alpha">{options}</ol></section>'
    )


def question_text(place: int, question: blueprint.Question) -> str:
    """The same for a screen without markup."""
    lettered = zip(blueprint.LETTERS, question.options, strict=True)
    options = [f"   {letter}  {option.text}" for letter, option in lettered]
    return "\n".join([f"{place}. {question.vignette} {question.question}", *options])


def _questions(found: Sitting) -> list[blueprint.Question]:
    known = blueprint.blueprint()
    return [known[number].forms[found.form] for number in found.items]


def so_far(found: Sitting) -> str:
    """How many questions are answered, and the line that stands for the answers, as plain text."""
    done = len(found.items) - len(found.unanswered())
    return (
        f"{done} of {len(found.items)} answered and kept. "
        f'The same, typed: answers = "{found.literal()}"'
    )


def _opening(found: Sitting) -> str:
    n, out = len(found.items), blueprint.left_out()
    what = f"Form {found.form}, {n} questions, one best answer each."
    if found.short:
        what += " This is the short form."
    elif out:
        what += f" The blueprint has {n + out}; {out} wait for lessons that are not here yet."
    return (
        f"{what} Your code is {found.code}; no name is kept. What you choose is kept at once, on "
        "this machine only: you may stop and go on later."
    )


def test(
    when: str, *, short: bool | None = None, code: str | None = None, again: bool = False
) -> None:
    """Show the test before or after the course.

    Parameters
    ----------
    when : str
        ``"before"`` or ``"after"``.
    short : bool, optional
        The short form of ten questions, for a half-day.
    code : str, optional
        A code that a teacher gave out; otherwise one is drawn and kept.
    again : bool
        Begin anew; an earlier test of that time is given up.
    """
    try:
        found = sitting.begin(when, short=short, code=code, again=again)
    except SittingError as error:
        return _say(str(error))
    if found.finished:
        _say("This test was handed in; here is its result.")
        return result(found)
    _say(_opening(found))
    asked = list(enumerate(_questions(found), 1))
    text = "\n\n".join(question_text(place, question) for place, question in asked)
    markup = "".join(question_html(place, len(asked), question) for place, question in asked)
    display(sheet.Sheet(found, _questions(found), question_html, result).whole())
    folded = f"<details><summary>All questions as text</summary>{markup}</details>"
    _show(folded, f"{text}\n{so_far(found)}")


setattr(test, "__test__", False)  # noqa: B010 - a test of learners, not of code: pytest must not collect it


def hand_in(when: str, answers: object = ...) -> None:
    """Hand the test in and show its result.

    Parameters
    ----------
    when : str
        ``"before"`` or ``"after"``.
    answers : str, optional
        One letter for each question; the dots stand for what was clicked.
    """
    try:
        result(sitting.finish(when, answers))
    except SittingError as error:
        _say(str(error))


def _by_objective(found: Sitting) -> str:
    rows = "".join(
        f"<tr><td>{place}</td><td style='text-align:left'>{html.escape(line.objective)}</td>"
        f"<td>{', '.join(line.lessons)}</td><td>{MARKS[line.right]}</td></tr>"
        for place, line in enumerate(scoring.lines(found), 1)
    )
    heads = ("question", "objective", "lessons", "result")
    head = "".join(f"<th scope='col'>{word}</th>" for word in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _reason(found: Sitting, number: int) -> tuple[str, str]:
    question = blueprint.blueprint()[number].forms[found.form]
    given, best = found.answers.get(number, sitting.OPEN), question.option(question.key)
    yours = "You left it open."
    if given != sitting.OPEN:
        chosen = question.option(given)
        yours = f"You chose {given}: “{chosen.text}” {chosen.why}"
    return yours, f"Best is {question.key}: “{best.text}” {best.why}"


def _again(number: int) -> str:
    """The lessons to open again for an item, as links beside the test's notebook."""
    here = catalogue()
    links = [
        f"<a href='{here[n].slug}.ipynb'>{n} · {html.escape(here[n].title)}</a>"
        for n in blueprint.blueprint()[number].lessons
        if n in here
    ]
    return f"<br>Open again: {', '.join(links)}" if links else ""


def _reasons(found: Sitting) -> str:
    """What was not right, and why; shown after the course only, since before it would teach."""
    wrong = [(i, n) for i, n in enumerate(found.items, 1) if not found.right(n)]
    points = "".join(
        f"<li value='{place}'>{'<br>'.join(map(html.escape, _reason(found, number)))}"
        f"{_again(number)}</li>"
        for place, number in wrong
    )
    return f"<p><b>What was not right, and why</b></p><ol>{points}</ol>" if wrong else ""


def _sentence(found: Sitting) -> str:
    estimate = scoring.score(found)
    right = sum(found.right(number) for number in found.items)
    return (
        f"{WORDS[found.when].capitalize()}, form {found.form}: {right} of {estimate.n} right, "
        f"{estimate.short()}. In brackets the 95 % interval: where the share may lie with other "
        "questions on the same objectives."
    )


def result(found: Sitting) -> None:
    """Show what a test came to, by objective; after the course with reasons and both scores.

    Parameters
    ----------
    found : Sitting
        Handed in.
    """
    sentences = [_sentence(found)]
    before = sitting.load("before")
    if found.when == "after" and before is not None and before.finished:
        sentences.insert(0, _sentence(before))
        sentences.append("One learner's two scores differ by chance alone too; a class tells more.")
    if found.when == "after":
        sentences.append("In some weeks, ten minutes show what stayed: readingroom review")
    below = _reasons(found) if found.when == "after" else ""
    objectives = [
        f"{place:>2} {'right  ' if line.right else 'not yet'} {line.objective}"
        for place, line in enumerate(scoring.lines(found), 1)
    ]
    _show(_box(*sentences) + _by_objective(found) + below, "\n".join([*sentences, *objectives]))
    on = ON[found.when]
    display({"text/markdown": f"**[{on}](contents.ipynb)**", "text/plain": on}, raw=True)


def results(file: str = "my-results.csv") -> None:
    """Write the tests handed in to a file for a teacher: your code, your answers, no name.

    Parameters
    ----------
    file : str
        Written beside the notebook.
    """
    if said := files.kept_from(Path(file), ".csv"):
        _say(said)
        return
    kept = files.give(Path(file), scoring.as_csv())
    _say(f"Written: {file}. It holds your code and your answers, no name. {kept}".strip())
