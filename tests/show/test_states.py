"""The states of sliders that a page without a kernel shows."""

from __future__ import annotations

import base64
import io
import math

import pytest
from PIL import Image

from readingroom.show import controls, figures, states


@pytest.mark.parametrize("start", [20, 100, 484, 500])
def test_thinned_keeps_both_ends_and_the_start(start: int) -> None:
    """Of many steps few stay, in order, among them the ends and where the slider stands."""
    found = states.thinned(range(20, 501, 4), start, 16)
    assert found == sorted(found)
    assert {20, 500, start} <= set(found)
    assert 15 <= len(found) <= 16


def test_few_steps_all_stay() -> None:
    """A slider with no more steps than allowed keeps each of them."""
    assert states.thinned(["no", "yes"], "no", 2) == ["no", "yes"]
    assert states.thinned([0.6, 0.8, 1.0], 0.8, 3) == [0.6, 0.8, 1.0]


@pytest.mark.parametrize("lengths", [[49], [7, 7, 4], [2, 17, 16], [3]])
def test_combinations_stay_few(lengths: list[int]) -> None:
    """Several sliders share their states, and none is left with a single one."""
    found = states.shares(lengths)
    assert math.prod(found) <= states.EACH * len(lengths)
    assert all(1 < one <= length for one, length in zip(found, lengths, strict=True))


def test_states_are_what_the_slider_draws() -> None:
    """Each state has the picture, sentence, caption and typed line that the slider would show."""

    def draw(level: int):
        figure, axis = figures.axes(3, 2)
        axis.plot([0, level])
        return figure, f"A line that rises to the level {level}", f"level <{level}>"

    picture = controls.Redrawn(draw, lambda level: f"level = {level}", "SIMULATED")
    told = states.drawn(
        lambda **values: picture.bundle(values)["text/html"], {"level": ("level", [1, 2, 3], 2)}
    )
    assert told["controls"] == [{"words": "level", "steps": ["1", "2", "3"], "start": 1}]
    last = told["states"][-1]
    assert last["alt"] == "A line that rises to the level 3 (simulated)"
    assert last["caption"] == "SIMULATED · level &lt;3&gt;"
    assert last["typed"] == "level = 3"
    shown = Image.open(io.BytesIO(base64.b64decode(last["webp"])))
    assert (shown.format, shown.size) == ("WEBP", (330, 220))
    assert len({state["webp"] for state in told["states"]}) == 3


def test_states_are_drawn_only_where_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A learner at work waits for no state."""
    monkeypatch.delenv(states.ASKED, raising=False)
    assert not states.asked()
    monkeypatch.setenv(states.ASKED, "1")
    assert states.asked()
