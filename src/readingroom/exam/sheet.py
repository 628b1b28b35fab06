"""The test as a sheet that shows one question at a time; its sentences are clicked."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any

from readingroom.exam import blueprint, sitting
from readingroom.exam.sitting import Sitting, SittingError
from readingroom.show.controls import boxed

# a sentence is longer than the one line that a radio button has otherwise
STYLE = (
    "<style>.rr-sheet label{height:auto!important;white-space:normal!important;"
    "line-height:1.45!important;margin:.25em 0;cursor:pointer}"
    ".rr-sheet .widget-radio-box{max-width:46em}"
    ".rr-sheet :focus-visible{outline:3px solid #D55E00;outline-offset:1px}</style>"
)
STILL_OPEN = "Still open: question {which}. Press once more to hand in as it is."


class Sheet:
    """One question with its four sentences, and the way back, on, and to the end.

    Parameters
    ----------
    found : Sitting
        Answers are kept in it as they are clicked.
    questions : sequence of Question
        In the order of the sitting.
    words : callable
        ``words(place, of, question)`` is a question as HTML.
    result : callable
        ``result(sitting)`` displays what the test came to, once it is handed in.
    """

    def __init__(
        self,
        found: Sitting,
        questions: Sequence[blueprint.Question],
        words: Callable[[int, int, blueprint.Question], str],
        result: Callable[[Sitting], None],
    ) -> None:
        import ipywidgets as widgets

        self.found, self.questions, self.words, self.result = found, questions, words, result
        left = found.unanswered()
        self.place = found.items.index(left[0]) if left else len(questions) - 1
        self.warned = False
        self.text, self.told, self.out = widgets.HTML(), widgets.HTML(), widgets.Output()
        self.sentences = widgets.RadioButtons(layout={"width": "auto", "max_width": "100%"})
        self.back = widgets.Button(description="◀ Back")
        self.on = widgets.Button(description="Next ▶", button_style="primary")
        self.end = widgets.Button(description="Hand in")
        self.sentences.observe(self._chosen, names="value")
        self.back.on_click(lambda _: self.turn(self.place - 1))
        self.on.on_click(lambda _: self.turn(self.place + 1))
        self.end.on_click(lambda _: self.hand_in())
        self.row = widgets.HBox([self.back, self.on, self.end])
        self.turning = False
        self.turn(self.place)

    def whole(self) -> Any:
        """The sheet as one widget."""
        box = boxed([self.text, self.sentences, self.row, self.told, self.out])
        box.add_class("rr-sheet")
        return box

    def turn(self, place: int) -> None:
        """Show another question."""
        self.place = min(max(place, 0), len(self.questions) - 1)
        question, number = self.questions[self.place], self.found.items[self.place]
        bare = self.words(self.place + 1, len(self.questions), question).split("<ol", 1)[0]
        self.text.value = f"{STYLE}{bare}</section>"
        self.turning = True
        lettered = zip(blueprint.LETTERS, question.options, strict=True)
        self.sentences.options = [(f"{letter}  {one.text}", letter) for letter, one in lettered]
        kept = self.found.answers.get(number)
        self.sentences.value = kept if kept and kept in blueprint.LETTERS else None
        self.turning = False
        self.back.disabled = self.place == 0
        self.on.disabled = self.place == len(self.questions) - 1
        self._tell()

    def _tell(self, more: str = "") -> None:
        done = len(self.found.items) - len(self.found.unanswered())
        said = f"{done} of {len(self.found.items)} answered and kept. {more}"
        self.told.value = f'<p role="status">{html.escape(said)}</p>'

    def _chosen(self, change: dict) -> None:
        if self.turning or change["new"] is None:
            return
        try:
            sitting.choose(self.found, self.found.items[self.place], change["new"])
            self.warned = False
            self._tell()
        except SittingError as error:
            self._tell(str(error))

    def hand_in(self) -> None:
        """Hand in; where questions are open, only when pressed a second time."""
        left = self.found.unanswered()
        if left and not self.warned:
            self.warned = True
            places = ", ".join(str(self.found.items.index(number) + 1) for number in left)
            self._tell(STILL_OPEN.format(which=places))
            return
        try:
            done = sitting.finish(self.found.when, self.found.literal())
        except SittingError as error:
            self._tell(str(error))
            return
        for control in (self.sentences, self.back, self.on, self.end):
            control.disabled = True
        self._tell("Handed in.")
        with self.out:
            self.result(done)
