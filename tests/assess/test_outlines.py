"""Axes, areas and volumes of outlines, and growth, against geometry and scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.spatial import ConvexHull

from readingroom.assess import growth, outlines
from readingroom.assess.outlines import Contour


def ellipse(a: float, b: float, turn: float = 0.0, n: int = 720) -> np.ndarray:
    """Corners of an ellipse with these half axes, turned, (n, 2)."""
    t = np.linspace(0, 2 * np.pi, n, endpoint=False)
    x, y = a * np.cos(t), b * np.sin(t)
    return np.c_[x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)]


@given(st.floats(2, 20), st.floats(0.3, 0.98), st.floats(0, 3.2))
def test_an_ellipse_has_its_own_axes(a, ratio, turn):
    """However it lies: long axis, short axis and area."""
    points = ellipse(a, a * ratio, turn)
    long_axis, short_axis = outlines.axes(points)
    assert long_axis == pytest.approx(2 * a, rel=1e-3)
    assert short_axis == pytest.approx(2 * a * ratio, rel=1e-3)
    assert outlines.area(points) == pytest.approx(math.pi * a * a * ratio, rel=1e-3)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=3, max_size=25))
def test_any_outline_against_a_search_over_the_hull(points):
    """Longest of all pairs; widest of all places across it, sampled densely."""
    held = np.unique(np.array(points, float), axis=0)
    long_axis, short_axis = outlines.axes(held)
    if len(held) < 3 or np.linalg.matrix_rank(held - held[0]) < 2:
        assert short_axis == pytest.approx(0, abs=1e-9)
        return
    apart = np.linalg.norm(held[:, None] - held[None], axis=-1)
    assert long_axis == pytest.approx(apart.max())
    i, j = np.unravel_index(int(apart.argmax()), apart.shape)
    along = (held[j] - held[i]) / apart[i, j]
    hull = held[ConvexHull(held).vertices]
    turned = np.c_[(hull - held[i]) @ along, (hull - held[i]) @ [-along[1], along[0]]]
    best = 0.0
    for x in np.unique(turned[:, 0]):
        crossing = []
        for (x0, y0), (x1, y1) in zip(turned, np.roll(turned, -1, axis=0), strict=True):
            if min(x0, x1) - 1e-9 <= x <= max(x0, x1) + 1e-9:
                share = 0.0 if abs(x1 - x0) < 1e-12 else (x - x0) / (x1 - x0)
                crossing += [y0 + share * (y1 - y0), y0, y1] if abs(x1 - x0) < 1e-12 else [
                    y0 + share * (y1 - y0)]  # fmt: skip
        best = max(best, max(crossing) - min(crossing))
    assert short_axis == pytest.approx(best, abs=1e-6)


def test_a_ball_cut_into_slices_has_its_volume():
    """Thin slices give the volume of the ball; slices as thick as a third of it err by a few %."""
    for step, within in ((0.25, 0.005), (3.0, 0.12)):
        levels = np.arange(-5 + step / 2, 5, step)
        held = [Contour(z, ellipse(math.sqrt(25 - z * z), math.sqrt(25 - z * z))) for z in levels]
        found = outlines.size(held, step)
        assert found.volume == pytest.approx(growth.sphere_volume(10), rel=within)
        assert found.slices == len(levels)


def test_a_hole_is_taken_off():
    """A ring: the outer outline counts for the axes, the hole comes off the volume."""
    held = [Contour(0, ellipse(5, 5)), Contour(0, ellipse(2, 2), included=False)]
    found = outlines.size(held, 2.0)
    assert found.volume == pytest.approx(2 * math.pi * 21, rel=1e-3)
    assert found.long_axis == pytest.approx(10, rel=1e-4)
    assert found.mean_axis == pytest.approx(10, rel=1e-4)


def test_an_empty_outline_is_refused():
    """No outline, and slices at no distance."""
    with pytest.raises(ValueError, match="no outline"):
        outlines.size([Contour(0, ellipse(2, 2), included=False)], 1)
    with pytest.raises(ValueError, match="a distance is above 0"):
        outlines.size([Contour(0, ellipse(2, 2))], 0)


def test_growth_by_hand():
    """8 % in diameter are 26 % in volume; a doubled volume in 100 days doubles in 100 days."""
    assert growth.volume_change(0.08) == pytest.approx(0.2597, abs=1e-4)
    assert growth.doubling_time(300, 600, 100) == pytest.approx(100)
    assert growth.doubling_time(300, 150, 100) == pytest.approx(-100)
    assert growth.doubling_time(300, 300, 100) == math.inf
    # twice the diameter is eight times the volume: three doublings
    assert growth.doubling_time(5, 10, 300, diameters=True) == pytest.approx(100)
    with pytest.raises(ValueError, match="above 0"):
        growth.doubling_time(0, 3, 10)


@given(st.floats(1, 50), st.floats(1, 50), st.floats(1, 2000))
def test_diameters_and_volumes_tell_the_same_time(one, other, days):
    """The volumes of two balls double at the pace of their diameters."""
    if abs(one / other - 1) < 1e-6:
        return
    by_volume = growth.doubling_time(growth.sphere_volume(one), growth.sphere_volume(other), days)
    assert growth.doubling_time(one, other, days, True) == pytest.approx(by_volume, rel=1e-6)
    assert growth.sphere_diameter(growth.sphere_volume(one)) == pytest.approx(one)
