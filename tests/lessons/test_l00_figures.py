"""The buttons and the slider print the literal they stand for."""

from __future__ import annotations

import numpy as np

from readingroom.lessons.l00 import figures


def test_the_buttons_write_the_line_to_copy():
    """Each call goes to its film, and what is not called yet is a question mark."""
    box = figures.call_buttons(np.random.default_rng(0).integers(0, 255, (3, 32, 32), np.uint8))
    where, _, button, line = box.children
    button.value = 1
    where.value = 2
    assert button.value is None
    button.value = -1
    assert box.line == "my_calls = [1, ?, -1]" and "1 films left" in line.value
    where.value = 1
    button.value = 0
    assert box.line == "my_calls = [1, 0, -1]" and "copy this line" in line.value
    where.value = 0
    assert button.value == 1  # an earlier call is still there


def test_the_slider_counts_what_its_line_says():
    """Misses and false alarms in the picture's sentence are those of the threshold."""
    labels, score = np.array([0, 0, 1, 1]), np.array([0.1, 0.6, 0.4, 0.9])
    box = figures.threshold_slider(labels, score)
    slider, page = box.children
    assert "1 of 2 ill films missed, 1 of 2 normal films called ill" in page.value
    slider.value = 0.3
    assert "0 of 2 ill films missed" in page.value and "threshold = 0.300" in page.value


def test_the_table_marks_films_on_which_somebody_disagrees():
    """Equal rows carry no mark."""
    text = figures.calls_table(np.array([1, 0, -1]), np.array([1, 1, 0]), np.array([1, 0, 0]))
    assert [line.endswith("<") for line in text.splitlines()[1:]] == [False, True, True]
