"""Whole examinations of the registry, and volumes over slices whose distance changes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from readingroom import dicom
from readingroom.data import fetch
from readingroom.data.errors import DataError
from readingroom.data.registry import listing
from readingroom.data.volumes import Volume

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def head() -> Volume:
    """The real head CT."""
    return dicom.examination("head-ct", uneven=True)


def test_each_echo_of_the_knee_is_a_volume():
    """24 slices at either echo time; the later echo has less signal."""
    one, two = (dicom.examination("knee-mr", {"EchoTime": ms}) for ms in (6.312, 50.496))
    assert one.values.shape == two.values.shape == (24, 256, 256) and one.even
    assert one.values.mean() > two.values.mean() and one.films.startswith("REAL MR: Knee MR")


def test_slices_of_the_head_stand_for_their_own_millimetres(head):
    """Along the normal 4.00 and 7.00 mm (the table moved 4.22 and 7.38); the overlap once.

    Thirteen of 4.00, the two in the middle half way between centres 1.08 mm apart, and so on; all
    of them reach from the lower face of the first slice to the upper face of the last.
    """
    slabs = head.slabs()
    assert slabs[:13] == pytest.approx(4.0, abs=0.01) and slabs[15:] == pytest.approx(7.0, abs=0.01)
    assert slabs[13] + slabs[14] == pytest.approx(2.0 + 1.08 + 3.5, abs=0.01)
    at = head.positions
    assert slabs.sum() == pytest.approx(at[-1] - at[0] + 2.0 + 3.5, abs=1e-6)


def test_volumes_are_those_of_simpleitks_points(head):
    """A voxel of the tilted stack is a slanted box; its volume is a determinant of three edges.

    SimpleITK gives each slice's points in the patient. Read as one series it takes the distance
    along the table for the distance of slices, and a volume comes out 1/cos(18.5°) too large.
    """
    sitk = pytest.importorskip("SimpleITK")
    entry = listing()["head-ct"]
    files = [str(at.path) for at in fetch.obtain(listing().files(entry), entry.title)]
    single = [sitk.ReadImage(file) for file in files]
    boxes = []
    for one, following in itertools.pairwise(single):
        corner = np.array(one.TransformIndexToPhysicalPoint((0, 0, 0)))
        edges = [one.TransformIndexToPhysicalPoint((1, 0, 0)),
                 one.TransformIndexToPhysicalPoint((0, 1, 0)),
                 following.TransformIndexToPhysicalPoint((0, 0, 0))]  # fmt: skip
        boxes.append(abs(np.linalg.det(np.array(edges) - corner)))
    for keep in (slice(2, 11), slice(16, 25)):
        region = np.zeros(head.values.shape, bool)
        region[keep, 100:180, 200:260] = True
        wanted = sum(boxes[keep]) * 80 * 60
        assert head.region(region) == pytest.approx(wanted, rel=1e-4)
    along_table = np.prod(sitk.ReadImage(files[:14]).GetSpacing())
    assert along_table / boxes[3] == pytest.approx(1 / np.cos(np.radians(18.5)), rel=1e-3)


def test_where_something_is_left_out_no_volume_is_summed():
    """Slices of 4 mm that lie 7 mm apart: refused, not filled in; likewise without thicknesses."""
    values = np.zeros((3, 4, 4))
    with pytest.raises(DataError, match=r"Between slices 0 and 1 3.0 mm are missing"):
        Volume(values, positions=(0, 7, 11), thickness=(4, 4, 4)).slabs()
    with pytest.raises(DataError, match="Without places and thicknesses"):
        Volume(values, positions=(0, 4, 8)).slabs()
    with pytest.raises(DataError, match="not as many thicknesses"):
        Volume(values, thickness=(4,))
