"""PET volumes: NIfTI as another library reads it, tumours by name, SUV of two sources."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from readingroom import dicom
from readingroom.data import Damaged, DataError, kspace, nifti, slices, tumours
from readingroom.data.registry import listing
from readingroom.dicom import suv
from readingroom.simulator import tumours as simulated


def saved(path: Path, values: np.ndarray, spacing=(2.0, 3.0, 4.0), turn=(1, 1, 1)) -> Path:
    """A volume as SimpleITK writes it; `turn` -1 reverses an axis of its grid."""
    image = sitk.GetImageFromArray(values)
    image.SetSpacing(spacing)
    image.SetDirection(np.diag(np.array(turn, float)).ravel().tolist())
    sitk.WriteImage(image, str(path))
    return path


@pytest.mark.parametrize("kind", ["uint8", "int16", "int32", "float32", "float64", "uint16"])
@pytest.mark.parametrize("end", [".nii", ".nii.gz"])
def test_values_and_millimetres_are_those_of_simpleitk(tmp_path, kind, end):
    """Every kind of number, packed or not, comes back as it was written."""
    values = np.arange(2 * 3 * 5).reshape(2, 3, 5).astype(kind)
    found = nifti.volume(saved(tmp_path / f"a{end}", values))
    assert (found.values == values).all() and found.spacing == pytest.approx((4, 3, 2))


@pytest.mark.parametrize("turn", [(-1, 1, 1), (1, -1, 1), (1, 1, -1), (-1, -1, 1)])
def test_another_orientation_is_turned(tmp_path, turn):
    """Whatever way the file's axes run, slices ascend and the patient's right is on the left."""
    values = np.arange(2 * 3 * 5).reshape(2, 3, 5).astype("int16")
    found = nifti.volume(saved(tmp_path / "a.nii", values, turn=turn))
    want = values[:: turn[2], :: turn[1], :: turn[0]]
    assert (found.values == want).all()


def test_what_is_no_such_file_is_refused(tmp_path):
    """Text, a file cut short, four dimensions, complex numbers, a bomb's header: one sentence."""
    whole = saved(tmp_path / "a.nii", np.ones((2, 3, 5), "int16")).read_bytes()
    oblique = bytearray(whole)
    oblique[280:284] = np.float32(0.7).tobytes()
    oblique[284:288] = np.float32(0.7).tobytes()
    oblique[254:256] = (1).to_bytes(2, "little")
    four = bytearray(whole)
    four[40:50] = np.array([4, 5, 3, 2, 2], "<i2").tobytes()
    complex_ = bytearray(whole)
    complex_[70:72] = (32).to_bytes(2, "little")
    for raw in (b"text", whole[:-4], bytes(four), bytes(complex_), bytes(oblique),
                gzip.compress(whole)[:60]):  # fmt: skip
        (tmp_path / "b.nii").write_bytes(raw)
        with pytest.raises(Damaged):
            nifti.volume(tmp_path / "b.nii")


@pytest.mark.real
def test_real_tumours_are_fetched_by_name(real_mirror):
    """SUV and outline on one grid, real disease, told so; another name is refused."""
    (found,) = tumours.load(["STS_019"])
    assert found.tag == "REAL PET" and found.mask.sum() == 239
    assert found.suv.shape == found.mask.shape and found.ml == pytest.approx(17.2, abs=0.1)
    assert found.suv[found.mask].max() == pytest.approx(16.3, abs=0.05)
    with pytest.raises(DataError, match="no tumour"):
        tumours.load(["STS_099"])


def test_the_names_are_those_of_the_registered_files():
    """Two files for each of 51 patients, at a fixed commit."""
    files = listing().files(listing()["sts-pet"])
    assert sorted({file.path.split("/")[-2] for file in files}) == list(tumours.names())
    assert len(files) == 2 * tumours.MANY and all("/6da96021bc" in file.url for file in files)


def test_drawn_tumours_stand_in_and_say_so():
    """The same for everybody, another for each name, brighter than what lies around it."""
    one, other = tumours.load(["STS_001", "STS_002"], "simulated")
    again = tumours.load(["STS_001"], "simulated")[0]
    assert one.simulated and one.tag == "SIMULATED" and (one.suv == again.suv).all()
    assert not np.array_equal(one.suv, other.suv)
    for name in tumours.names()[:12]:
        held = tumours.drawn(name)
        assert held.suv[held.mask].max() > 3 and np.median(held.suv[~held.mask]) < 1


def test_grain_has_variance_one_and_hangs_together_over_its_width():
    """Correlation of neighbours as a Gaussian of that width has it, exp(-d²/4σ²)."""
    held = simulated.grain((60, 60, 60), np.random.default_rng(1), 6.0, (3.27, 4.69, 4.69))
    assert held.std() == pytest.approx(1, abs=0.02)
    near = np.corrcoef(held[1:].ravel(), held[:-1].ravel())[0, 1]
    assert near == pytest.approx(np.exp(-(3.27**2) / (4 * (6 / 2.3548) ** 2)), abs=0.03)


@pytest.mark.real
def test_suv_of_the_whole_body_is_the_suv_of_the_cut_out_tumour(real_mirror):
    """Two sources of one patient: DICOM with dose and weight, and SUV as IBSI published it."""
    folder = real_mirror / "sts-wholebody-pet" / "image"
    whole = dicom.series(folder)
    at = slices.one("sts-wholebody-pet", number=1).header
    (cut,) = tumours.load(["STS_001"])
    found = suv.tracer(at).suv(whole.values)
    # each slice has its own slope; `series` has applied it
    low, row, column = 0, 45, 59
    depth, height, width = cut.suv.shape
    held = np.asarray(found)[low : low + depth, row : row + height, column : column + width]
    assert np.corrcoef(held.ravel(), cut.suv.ravel())[0, 1] > 0.99999
    body = cut.suv > 0.2
    assert np.abs(held[body] / cut.suv[body] - 1).max() < 0.01


@pytest.fixture(params=["simulated", pytest.param("real", marks=pytest.mark.real)])
def mode(request) -> str:
    """Both kinds; real ones from the mirror."""
    if request.param == "real":
        request.getfixturevalue("real_mirror")
    return request.param


def test_a_header_gives_suv_or_says_what_is_missing(mode):
    """Decay counts: without it the SUV is too low; a header that leaves it open is refused."""
    header = slices.one("sts-wholebody-pet", mode, number=1 if mode == "real" else 0).header
    said = suv.tracer(header)
    assert 0.5 < said.left < 0.95
    top = float(suv.suv(header).max())
    by_hand = float(suv.activity(header).max()) * said.weight * 1000 / said.dose
    assert top == pytest.approx(by_hand / said.left) and top > 1.2 * by_hand
    spoiled = (("Units", "CNTS"), ("DecayCorrection", "NONE"), ("PatientWeight", None),
               ("SeriesTime", "235900"), ("Modality", "CT"))  # fmt: skip
    for name, value in spoiled:
        kept = header.get(name)
        setattr(header, name, value)
        with pytest.raises(DataError):
            suv.tracer(header)
        setattr(header, name, kept)


def test_no_slice_beyond_those_named():
    """A number beyond the registry's files is refused."""
    with pytest.raises(DataError, match="slices here"):
        slices.one("sts-wholebody-pet", number=2)


def test_raw_data_have_gaps_and_a_dense_centre(mode):
    """Eight coils, about one point in eight, every point of the very centre."""
    found = kspace.brain(mode)
    assert found.points.shape == (8, 230, 180) and 0.1 < found.measured.mean() < 0.2
    assert found.measured[110:120, 85:95].mean() > 0.9
    assert found.tag == ("REAL MR" if mode == "real" else "SIMULATED")
