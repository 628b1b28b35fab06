"""Overlap, surface distance and volume of masks, against MONAI."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from readingroom.assess import segments


def ball(size=24, radius=7.0, centre=(0, 0, 0), spacing=(1, 1, 1)) -> np.ndarray:
    """A ball of a radius in mm around the middle, (size, size, size) bool."""
    at = np.meshgrid(
        *[(np.arange(size) - size / 2 + 0.5) * step for step in spacing], indexing="ij"
    )
    return sum((x - c) ** 2 for x, c in zip(at, centre, strict=True)) <= radius**2


def batch(mask):
    """As MONAI wants it: (1, 1, D, H, W)."""
    torch = pytest.importorskip("torch")
    return torch.tensor(mask[None, None].astype("float32"))


@settings(max_examples=12)
@given(
    st.tuples(*[st.floats(-3, 3)] * 3),
    st.floats(2.5, 6),
    st.tuples(*[st.sampled_from([0.7, 1.0, 2.5])] * 3),
)
def test_all_agree_with_monai(centre, radius, spacing):
    """Dice, mean surface distance and two Hausdorff distances of balls that overlap partly."""
    metrics = pytest.importorskip("monai.metrics")
    one, other = ball(20, 6, spacing=spacing), ball(20, radius, centre, spacing)
    if not one.any() or not other.any():
        return
    first, second = batch(one), batch(other)
    assert segments.dice(one, other) == pytest.approx(
        float(metrics.compute_dice(first, second)), abs=1e-6
    )
    theirs = metrics.compute_average_surface_distance(
        first, second, include_background=True, symmetric=True, spacing=spacing
    )
    assert segments.surface_distance(one, other, spacing) == pytest.approx(float(theirs), abs=1e-4)
    for percentile in (95, None):
        theirs = metrics.compute_hausdorff_distance(
            first, second, include_background=True, percentile=percentile, spacing=spacing
        )
        mine = segments.hausdorff(one, other, spacing, percentile or 100)
        assert mine == pytest.approx(float(theirs), abs=1e-4)


def test_the_border_of_the_picture_is_outside():
    """A mask that fills its picture has a surface all the same, as in MONAI."""
    metrics = pytest.importorskip("monai.metrics")
    one, other = np.ones((6, 6, 6), bool), np.zeros((6, 6, 6), bool)
    other[2:4, 2:4, 2:4] = True
    theirs = metrics.compute_average_surface_distance(
        batch(one), batch(other), include_background=True, symmetric=True
    )
    assert segments.surface_distance(one, other) == pytest.approx(float(theirs), abs=1e-5)


def test_simple_cases_by_hand():
    """Two of three voxels in common; one voxel moved by two."""
    one, other = np.array([1, 1, 1, 0]), np.array([0, 1, 1, 0])
    assert segments.dice(one, other) == pytest.approx(4 / 5)
    assert segments.iou(one, other) == pytest.approx(2 / 3)
    assert segments.volume_error(other, one) == pytest.approx(-1 / 3)
    assert segments.volume(one, (2.0, 1.0, 0.5)) == 3
    far = [np.zeros((1, 5, 5), bool) for _ in range(2)]
    far[0][0, 2, 1] = far[1][0, 2, 3] = True
    assert segments.surface_distance(*far, (1, 1, 0.5)) == 1


@pytest.mark.parametrize("measure", [segments.surface_distance, segments.hausdorff])
def test_an_empty_mask_has_no_surface(measure):
    """Refused in one sentence, never a number."""
    with pytest.raises(ValueError, match="has no surface"):
        measure(np.zeros((3, 3, 3)), np.ones((3, 3, 3)))


def test_nothing_and_nothing_has_no_overlap():
    """Empty masks, and masks of two shapes, are refused."""
    with pytest.raises(ValueError, match="both masks are empty"):
        segments.dice(np.zeros(4), np.zeros(4))
    with pytest.raises(ValueError, match="differ in shape"):
        segments.dice(np.zeros(4), np.zeros(5))
    with pytest.raises(ValueError, match="no share"):
        segments.volume_error(np.ones(4), np.zeros(4))
