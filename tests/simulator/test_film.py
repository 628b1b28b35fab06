"""Films: exact repetition, honest twins, masks where pixels changed."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.ndimage import binary_dilation

from readingroom.simulator.exam import DEVICES, Exam
from readingroom.simulator.film import draw
from readingroom.simulator.finding import KINDS, Finding
from readingroom.simulator.patient import Patient
from readingroom.simulator.visit import follow_up, growth, twin

SIZE = 96
HALO_CM = 1.2
"""Unsharp masking and detector blur reach this far beyond a change."""

people = st.builds(
    Patient.sample, st.integers(0, 10**6), st.sampled_from(["adults", "children", "all"])
)


def _film(patient, findings=(), seed=1, size=SIZE, **fields):
    exam = Exam.sample(patient, seed, "Northgate").changed(**{"devices": (), **fields})
    return draw(patient, exam, findings, size)


def _halo(mask, spacing_mm):
    return binary_dilation(mask, iterations=int(np.ceil(HALO_CM * 10 / spacing_mm)) + 1)


@settings(max_examples=6)
@given(people, st.integers(0, 10**6))
def test_same_seed_same_bytes(patient, seed):
    """A film is fixed by its patient and exam, whatever was drawn before it."""
    first = _film(patient, seed=seed)
    _film(Patient.sample(seed + 1), seed=seed + 1)
    np.testing.assert_array_equal(first.image, _film(patient, seed=seed).image)


@settings(max_examples=12)
@given(people, st.sampled_from(KINDS), st.floats(0.3, 1.0), st.integers(0, 10**6))
def test_twin_with_a_finding_differs_only_there(patient, kind, severity, seed):
    """Outside the lesion and a halo for sharpening, twins are equal to the byte."""
    finding = Finding(kind, severity, "left", "mid", seed=seed)
    healthy = _film(patient, seed=seed)
    ill = twin(healthy, (finding,))
    changed = healthy.image != ill.image
    touched = ill.masks[kind] | _touched(healthy, ill, kind)
    # single bytes far away used to differ, where a double had crept into the sum
    assert not (changed & ~_halo(touched, ill.spacing_mm)).any()


@pytest.mark.parametrize("seed", [7, 22, 101, 131, 198])
@pytest.mark.parametrize("kind", ["interstitial", "effusion"])
def test_a_finding_rounds_no_pixel_far_away(kind, seed):
    """Films on which a pixel at the edge once differed by one grey from the healthy twin's."""
    ages = ["adults", "children", "all"][seed % 3]
    test_twin_with_a_finding_differs_only_there.hypothesis.inner_test(
        Patient.sample(seed, ages), kind, [0.3, 1.0][seed % 2], seed
    )


@settings(max_examples=10)
@given(people, st.sampled_from(["effusion", "pneumothorax"]), st.floats(0.1, 1), st.integers(0, 99))
@pytest.mark.parametrize("size", [SIZE, 192])
def test_pleural_outlines_end_at_the_pleura(size, patient, kind, severity, seed):
    """Fluid and air are outlined where lung was, not over heart, dome, wall or beside the film."""
    healthy = _film(patient, seed=seed, size=size)
    ill = twin(healthy, (Finding(kind, severity, "left", seed=seed),))
    assert not (ill.masks[kind] & ~healthy.lung).any()


@pytest.mark.parametrize("size", [128, 192])
@pytest.mark.parametrize("severity", [0.05, 0.5])
def test_a_drain_ends_in_the_air_around_the_lung(severity, size):
    """The highest point of a drain lies in the outline of the pneumothorax that it drains."""
    for seed in range(6):
        side = ("right", "left")[seed % 2]
        air = Finding("pneumothorax", severity, side, seed=seed)
        film = _film(Patient.sample(seed), (air,), seed, size, devices=("chest drain",),
                     drain_side=side, view="AP")  # fmt: skip
        near = binary_dilation(film.masks["pneumothorax"], iterations=size // 64)
        assert near[tuple(np.argwhere(film.devices["chest drain"])[0])], seed


def _touched(healthy, ill, kind):
    """The faint rim of a lesion, which its outline leaves out: within 4 cm of the outline."""
    near = binary_dilation(ill.masks[kind], iterations=int(np.ceil(40 / ill.spacing_mm)))
    # these two fade out slowly, a shallow effusion under the whole lung
    return near | ill.lung if kind in ("interstitial", "effusion") else near


@settings(max_examples=12)
@given(people, st.sampled_from(KINDS), st.integers(0, 10**6))
def test_masks_lie_where_pixels_changed(patient, kind, seed):
    """Most of a mask differs from the healthy twin, and the change inside exceeds that outside."""
    healthy = _film(patient, seed=seed)
    ill = twin(healthy, (Finding(kind, 0.8, "right", "mid", seed=seed),))
    mask = ill.masks[kind]
    if mask.sum() < 6:
        return
    change = np.abs(ill.image.astype(int) - healthy.image)
    assert (change[mask] > 0).mean() > 0.5
    assert change[mask].mean() > 4 * change[~mask].mean()


@pytest.mark.parametrize("name", DEVICES)
def test_twin_with_a_device_differs_only_there(name):
    """A device changes the film under itself and nowhere else."""
    plain = _film(Patient.sample(5), view="AP")
    other = twin(plain, devices=(name,))
    changed = plain.image != other.image
    assert changed.any()
    assert not (changed & ~_halo(other.devices[name], other.spacing_mm)).any()


def test_twin_without_marker_differs_only_in_its_box():
    """Removing the letter changes no pixel outside the place where it stood."""
    plain = _film(Patient.sample(5), marker="R", portable_text=False)
    other = twin(plain, marker="")
    rows = np.flatnonzero((plain.image != other.image).any(1))
    columns = np.flatnonzero((plain.image != other.image).any(0))
    row0, row1, column0, column1 = plain.boxes["marker"]
    pad = row1 - row0
    assert row0 - pad <= rows.min() and rows.max() < row1 + pad
    assert column0 - pad <= columns.min() and columns.max() < column1 + pad


def test_the_patients_right_is_on_the_left_and_air_is_black():
    """The heart lies right of the middle, lung is darker than heart, air beside it is black."""
    film = _film(Patient.sample(8), (Finding("cardiomegaly", 0.5),), size=128, tilt=0, rotation=0)
    heart = film.masks["cardiomegaly"]
    middle = film.lung.any(0).nonzero()[0].mean()
    assert heart.nonzero()[1].mean() > middle
    clear = film.lung & ~heart
    assert film.image[clear].mean() < film.image[heart].mean() - 30
    assert film.image[:8, :8].mean() < 60


@pytest.mark.parametrize("side,sign", [("right", -1), ("left", 1)])
def test_side_is_the_patients(side, sign):
    """A finding on the patient's right has its mask on the left of the picture."""
    film = _film(Patient.sample(9), (Finding("nodule", 0.6, side, "mid"),))
    offset = film.masks["nodule"].nonzero()[1].mean() - SIZE / 2
    assert offset * sign > 0


@pytest.mark.parametrize("size", [64, 128, 224])
def test_a_nodule_keeps_its_size_in_millimetres(size):
    """A 30 mm nodule measures 30 mm in its mask at any resolution."""
    film = _film(Patient.sample(9), (Finding("nodule", 0.5, "left", "mid", 30),), size=size)
    area = film.masks["nodule"].sum() * film.spacing_mm**2
    assert 2 * np.sqrt(area / np.pi) == pytest.approx(30, rel=0.12)


def test_follow_up_is_the_same_patient_with_known_growth():
    """After one doubling time the nodule's volume has doubled, and the ribs are the same."""
    first = _film(Patient.sample(12), (Finding("nodule", 0.5, "left", "mid", 20),))
    later = follow_up(first, months=3, doubling_days=3 * 30.44)
    assert later.findings[0].diameter_mm == pytest.approx(20 * 2 ** (1 / 3))
    assert growth(3, 3 * 30.44) == pytest.approx(2 ** (1 / 3))
    assert later.patient.seed == first.patient.seed
    assert later.patient.age == pytest.approx(first.patient.age + 0.25)
    assert later.exam.months == 3
    assert (later.image != first.image).any()


def test_reports_state_findings_and_deny_others():
    """Every severe finding is named in its report; normal films get at least one negation."""
    words = {
        "consolidation": "opac|consolid",
        "effusion": "effusion",
        "nodule": "mass",
        "pneumothorax": "pneumothorax",
        "cardiomegaly": "cardiomegaly",
        "interstitial": "reticular",
    }
    for kind, pattern in words.items():
        text = _film(Patient.sample(3), (Finding(kind, 0.9),), size=32).report.lower()
        assert any(word in text for word in pattern.split("|")), text
    normals = [_film(Patient.sample(i), seed=i, size=32).report for i in range(20)]
    denials = ("No ", "clear", "not ", "ormal", "sharp", "resolved", "no longer")
    assert all(any(word in text for word in denials) for text in normals)


def test_an_unknown_name_is_refused_in_one_sentence():
    """Findings and devices that do not exist are refused, with the list of those that do."""
    with pytest.raises(ValueError, match="choose from"):
        Finding("fracture")
    with pytest.raises(ValueError, match="choose from"):
        _film(Patient.sample(1), devices=("zip",))
