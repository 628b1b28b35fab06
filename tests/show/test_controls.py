"""Sliders: a complete picture without a browser, redrawn in place when one moves."""

from __future__ import annotations

import numpy as np
import pytest

from readingroom.lessons import l04
from readingroom.lessons.l04 import figures as l04_figures
from readingroom.lessons.l04.films import Scored
from readingroom.show import controls, figures


@pytest.fixture
def shown(monkeypatch):
    """Everything that is displayed, in order."""
    out = []

    class Handle:
        def update(self, bundle, raw=False):
            out.append(("update", bundle))

    def display(bundle, raw=False, display_id=None):
        out.append(("show", bundle))
        return Handle()

    monkeypatch.setattr(controls, "display", display)
    return out


def _draw(threshold: float):
    figure, axis = figures.axes(2, 2)
    axis.axvline(threshold)
    return figure, f"A line that stands at {threshold:.2f} on the axis", ""


def test_a_picture_with_its_sentence_and_literal_comes_first(shown):
    """The first output is a figure with alt sentence, tag and the line to type; then the slider."""
    controls.sliders(_draw, lambda threshold: f"threshold = {threshold}", "SIMULATED",
                    threshold=("threshold", [0.1, 0.5], 0.5))  # fmt: skip
    (_, picture), (_, widget) = shown
    assert 'alt="A line that stands at 0.50' in picture["text/html"]
    assert "SIMULATED" in picture["text/html"] and "threshold = 0.5" in picture["text/html"]
    assert "move in JupyterLab" in widget["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in widget


def test_moving_a_slider_redraws_the_same_output(shown, monkeypatch):
    """The picture is replaced, not repeated."""
    import ipywidgets

    made = []
    real = ipywidgets.SelectionSlider
    monkeypatch.setattr(
        ipywidgets, "SelectionSlider", lambda **k: made.append(real(**k)) or made[-1]
    )
    controls.sliders(_draw, lambda threshold: f"threshold = {threshold}", "SIMULATED",
                    threshold=("threshold", [0.1, 0.5], 0.5))  # fmt: skip
    made[0].value = 0.1
    kind, bundle = shown[-1]
    assert kind == "update" and "at 0.10" in bundle["text/html"]


@pytest.mark.parametrize("name", ["roc_slider", "auc_samples", "cost_sliders", "ppv_slider"])
def test_every_slider_of_lesson_04_draws_all_its_states(shown, name):
    """Each step of each slider gives a figure; none fails at an end."""
    from readingroom.assess import metrics

    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 150)
    films = Scored(y, 1 / (1 + np.exp(-rng.normal(2 * y - 1, 1))), tag="SIMULATED")
    calls = {
        "roc_slider": lambda: l04.roc_slider(films),
        "auc_samples": lambda: l04.auc_samples(films, 30),
        "cost_sliders": lambda: l04.cost_sliders(films, np.arange(60)),
        "ppv_slider": lambda: l04.ppv_slider(
            metrics.share(10, 10), metrics.share(9, 10), tag="SIMULATED"
        ),
    }
    kept = {}

    def catch(draw, literal, tag=None, **controls):
        kept.update(draw=draw, literal=literal, controls=controls)

    l04_figures.sliders, before = catch, l04_figures.sliders
    try:
        calls[name]()
    finally:
        l04_figures.sliders = before
    starts = {key: start for key, (_, _, start) in kept["controls"].items()}
    for key, (_, steps, start) in kept["controls"].items():
        assert start in steps
        for value in (steps[0], steps[-1]):
            values = {**starts, key: value}
            figure, alt, _ = kept["draw"](**values)
            assert len(alt) > 40 and figure.axes and "=" in kept["literal"](**values)


def test_widgets_in_a_box_say_in_words_that_they_need_a_kernel():
    """A book shows the sentence, not the inside of a widget."""
    import ipywidgets as widgets

    from readingroom.show.controls import boxed

    bundle = boxed([widgets.Label("x")])._repr_mimebundle_()
    assert bundle["text/plain"] == "This widget needs a kernel."
    assert "application/vnd.jupyter.widget-view+json" in bundle
