"""The stack at rest: its picture, its alt sentence, and the slices that it holds for the page."""

from __future__ import annotations

import base64
import html
import json
import re
import zlib

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as arrays

from readingroom.data.errors import DataError
from readingroom.data.volumes import Volume
from readingroom.show import stack, stacks

ALT = "A bright ball in the middle of a dark cube, made for this test."


def ball(size=21, dtype=np.int16) -> np.ndarray:
    """A ball of 900 in a cube of -800, (size, size, size)."""
    z, y, x = np.mgrid[:size, :size, :size] - size // 2
    return np.where(z * z + y * y + x * x < (size / 3) ** 2, 900, -800).astype(dtype)


def spec_of(page: str) -> dict:
    """What the page's script reads."""
    return json.loads(html.unescape(re.search(r'data-rr-stack="([^"]*)"', page)[1]))


def unpacked(text: str, dtype: str, shape: tuple) -> np.ndarray:
    """Slices as the page unpacks them."""
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype).reshape(shape)


def test_the_picture_says_which_slice_and_how_a_mark_is_typed(monkeypatch):
    """Without the page's script: rulers, the slice, the sentence for who cannot see, the form."""
    pages: list[dict] = []
    monkeypatch.setattr(stacks, "display", lambda page, raw: pages.append(page))
    stack(ball(), alt=ALT, draw="line", name="first", start=4)
    (page,) = pages
    assert "At rest: slice 4 of 21." in page["text/html"] and ALT in page["text/plain"]
    assert "first = (slice, row, column, row, column)" in page["text/html"]
    spec = spec_of(page["text/html"])
    assert spec["draw"] == "line" and spec["name"] == "first" and spec["views"][0]["start"] == 4


@pytest.mark.parametrize(("tag", "title"), [("SIMULATED", "left · simulated"), ("CT", "left")])
def test_each_simulated_volume_says_so_in_its_title(monkeypatch, tag, title):
    """Whoever scrolls six of them does not see the line below: each carries the word itself."""
    pages: list[dict] = []
    monkeypatch.setattr(stacks, "display", lambda page, raw: pages.append(page))
    stack(ball(), ["left"], alt=ALT, tag=tag)
    assert [view["title"] for view in spec_of(pages[0]["text/html"])["views"]] == [title]


@settings(max_examples=25)
@given(
    arrays.arrays(
        st.sampled_from([np.uint8, np.int16, np.int32, np.float32, np.float64]),
        st.tuples(*[st.integers(1, 5)] * 3),
        elements=st.integers(0, 200),
    )
)
def test_what_the_page_gets_is_what_was_given(values):
    """Slope and intercept lead back to every value, whole numbers exactly, others within a step."""
    whole, slope, intercept = stacks._whole(Volume(values))
    key, _ = stacks._keep([Volume(values)], [None], (), [0])
    got = unpacked(stacks.part(key, 0, 0, len(values)), whole.dtype.str, values.shape)
    assert np.allclose(got * slope + intercept, values, atol=slope / 2 + 1e-9)
    assert (got == whole).all()


def test_a_gap_in_the_numbers_does_not_stop_it():
    """Values that are no number are shown as the darkest, not as an error."""
    values = ball(dtype=np.float32)
    values[0, 0, 0] = np.nan
    whole, slope, intercept = stacks._whole(Volume(values))
    assert whole[0, 0, 0] * slope + intercept == pytest.approx(-800, abs=1)


def test_old_stacks_are_forgotten_and_say_so():
    """The kernel keeps a number of stacks; of older ones the page gets nothing, and no error."""
    keys = [stacks._keep([Volume(ball(3))], [None], (), [0])[0] for _ in range(stacks.KEPT + 1)]
    assert stacks.part(keys[0], 0, 0, 1) == "" and stacks.part(keys[-1], 0, 0, 1) != ""
    assert stacks.part("unknown", 0, 0, 1) == "" and stacks.part(keys[-1], 0, 0, 1, True) == ""


def test_outlines_travel_beside_the_slices():
    """Regions keep their numbers."""
    mask = (ball(5) > 0).astype(int) * 2
    key, views = stacks._keep([Volume(ball(5))], [mask], ("ball",), [2])
    assert views[0]["mask"] and views[0]["title"] == "ball"
    assert (unpacked(stacks.part(key, 0, 0, 5, True), "|u1", (5, 5, 5)) == mask).all()


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"draw": "circle", "name": "a"}, "draw is one of"),
        ({"draw": "line"}, "give draw and name"),
        ({"start": 21}, "from 0 to 20"),
        ({"window": (40, 0)}, "width above 0"),
        ({"titles": ("a", "b")}, "1 volumes and 2 titles"),
        ({"outlines": (np.zeros((3, 3, 3)),)}, "fits no volume"),
    ],
)
def test_what_does_not_fit_is_told(given_, said):
    """One sentence for each."""
    with pytest.raises(DataError, match=said):
        stack(ball(), alt=ALT, **given_)


@pytest.mark.parametrize("spacing", [(1, 0, 1), (1, -1, 1)])
def test_a_spacing_of_nothing_is_refused(spacing):
    """A header may state 0; 0 mm would look like a measure."""
    with pytest.raises(DataError, match="none that can be measured"):
        Volume(ball(), spacing)


def test_lengths_and_volumes_take_the_spacing():
    """A line of 3 rows and 4 columns; no volume where the distance between slices changes."""
    there = Volume(ball(), (2.0, 0.5, 0.5))
    assert there.length((4, 0, 0, 3, 4)) == pytest.approx(2.5) and there.voxel == 0.5
    uneven = Volume(ball(), (float("nan"), 0.5, 0.5))
    assert uneven.length((4, 0, 0, 3, 4)) == pytest.approx(2.5)
    with pytest.raises(DataError, match="cannot be summed"):
        _ = uneven.voxel
