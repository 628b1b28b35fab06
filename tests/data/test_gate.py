"""A gate for frontal chest films lets them through and stops strangers, with a reason in words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays
from pydicom.dataset import Dataset
from typer.testing import CliRunner

from readingroom import data, simulator
from readingroom.data import gate as door, slices
from readingroom.data.commands import app
from readingroom.data.gate import CHILDREN, Verdict, gate


def _film(seed: int = 3, size: int = 128) -> simulator.Film:
    patient = simulator.Patient.sample(seed)
    exam = simulator.Exam.sample(patient, seed, devices=())
    return simulator.draw(patient, exam, size=size)


@pytest.fixture(scope="module")
def film() -> np.ndarray:
    """A simulated frontal film."""
    return _film().image


@pytest.fixture
def header(tmp_path):
    """The same as DICOM."""
    from pydicom import dcmread

    path, _ = simulator.export_dicom(_film(), tmp_path, "DX", burned_in=False)
    return dcmread(path)


def test_a_frontal_chest_film_passes(film, header):
    """Greys alone pass, and say that no header was asked; the DICOM film passes without a rest."""
    bare, whole = gate(film), gate(header)
    assert bare.passes and "no header" in str(bare)
    assert whole == Verdict() and str(whole) == "passes"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda film: 255 - film, "inverted"),
        (lambda film: film[::-1], "upside down"),
        (lambda film: np.rot90(film), "90 degrees"),
        (lambda film: np.rot90(film, 3), "90 degrees"),
        (lambda film: np.full_like(film, 90), "blank"),
        (lambda film: film[:20, :20], "only 20 x 20"),
        (lambda film: np.stack([film] * 3, axis=-1), "3 axes"),
        (lambda film: np.random.default_rng(1).integers(0, 256, film.shape).astype(np.uint8),
         "noise"),
    ],
)  # fmt: skip
def test_greys_that_went_wrong_are_named(film, change, said):
    """What happened to the picture stands in the reason."""
    found = gate(change(film))
    assert not found.passes and said in "; ".join(found.reasons)


@pytest.mark.parametrize("seed", range(4))
def test_a_hand_and_a_lateral_are_stopped_by_their_greys(seed):
    """Neither needs a header to be stopped."""
    for child in (False, True):
        assert not gate(simulator.hand(seed, 128, child)).passes
        assert not gate(simulator.lateral(seed, 128, child)).passes


@pytest.mark.parametrize(
    ("keyword", "value", "said"),
    [
        ("Modality", "CT", "modality CT"),
        ("Modality", "", "no modality"),
        ("BodyPartExamined", "HAND", "body part HAND"),
        ("ViewPosition", "LL", "view LL"),
        ("ViewPosition", "LLO", "view LLO"),
        ("PresentationIntentType", "FOR PROCESSING", "raw numbers"),
        ("SOPClassUID", "1.2.840.10008.5.1.4.1.1.7", "screenshot"),
        ("Rows", 999, "cut short or damaged"),
        ("PhotometricInterpretation", "NONSENSE", "is not known"),
    ],
)
def test_each_rule_on_the_header(header, keyword, value, said):
    """One wrong element stops an otherwise proper film, and is named."""
    setattr(header, keyword, value)
    assert said in "; ".join(gate(header).reasons)


def test_what_the_header_does_not_say_is_told(header):
    """A film without body part and view is judged by its greys, and that is said."""
    del header.BodyPartExamined, header.ViewPosition
    found = gate(header)
    assert found.passes and found.unasked == ("body part", "view")


def test_the_age_is_asked_where_the_program_has_one(header):
    """An adult is stopped before a program for children; without an age that is said."""
    header.PatientAge = "044Y"
    assert "44 years old" in gate(header, CHILDREN).reasons[0]
    header.PatientAge = "003Y"
    assert gate(header, CHILDREN).passes
    del header.PatientAge
    assert "age" in gate(header, CHILDREN).unasked


def test_monochrome1_is_turned_right_and_passes(tmp_path):
    """Stored white-is-low is no fault; the same numbers with the wrong word are stopped."""
    from pydicom import dcmread

    path, _ = simulator.export_dicom(_film(), tmp_path, burned_in=False, monochrome1=True)
    right = dcmread(path)
    assert gate(right).passes
    right.PhotometricInterpretation = "MONOCHROME2"
    assert "inverted" in gate(right).reasons[0]


@given(arrays(st.sampled_from([np.uint8, np.int16, np.float64]),
              st.tuples(st.integers(1, 40), st.integers(1, 40))))  # fmt: skip
@settings(max_examples=60)
def test_any_numbers_get_a_verdict(numbers):
    """No array makes the gate fail, whatever it holds."""
    assert isinstance(gate(numbers), Verdict)


def test_what_is_no_film_is_refused():
    """A list is a slip of the caller, not of the film."""
    with pytest.raises(TypeError, match="not list"):
        gate([1, 2])


def test_a_header_without_anything_is_stopped():
    """An empty data set neither passes nor fails the gate."""
    assert "no modality" in "; ".join(gate(Dataset()).reasons)


@pytest.mark.real
@pytest.mark.parametrize("name", list(slices.KINDS))
def test_real_slices_are_stopped(name, real_mirror):
    """Verified against its hash, and stopped twice over."""
    found = slices.one(name, "real")
    assert not found.simulated and found.banner().startswith("REAL DATA")
    _stopped_twice(found)


@pytest.mark.parametrize("name", list(slices.KINDS))
def test_drawn_slices_are_stopped(name):
    """What stands in for CT, MR and PET says so, and is stopped as they are."""
    found = slices.one(name, "simulated")
    assert found.simulated and found.header.SeriesDescription == "Simulated"
    _stopped_twice(found)


def _stopped_twice(found: slices.Slice) -> None:
    """Header and greys: each guard alone would do."""
    assert "not a plain film" in "; ".join(door.of_header(found.header)[0])
    assert door.of_picture(data.greys.picture(found.header))


@pytest.mark.parametrize("name", ["leg", "shoulder-mr", "ultrasound"])
def test_samples_that_are_no_chest_film_are_stopped(name):
    """Files that install with a package."""
    assert not gate(data.sample(name)).passes


def test_the_sample_chest_film_passes():
    """A real PA film, MONOCHROME1."""
    assert gate(data.sample("chest-cr")).passes


@pytest.mark.real
def test_most_real_films_pass(real_mirror):
    """Of children's and NIH's films at most one in ten is stopped; turned ones nearly all are."""
    for name in ("children", "nih-1000"):
        films = data.load(name, size=64, mode="real").images[-200:]
        assert np.mean([gate(film).passes for film in films]) > 0.9
        assert np.mean([gate(255 - film).passes for film in films]) < 0.02


def test_the_typical_film_is_that_of_the_simulator():
    """The stored mean film is like one made anew from a few virtual patients."""
    few = np.stack([_film(seed, 64).image for seed in range(30)]).astype(float)
    cells = few.reshape(30, 16, 4, 16, 4).mean(axis=(2, 4))
    cells -= cells.mean(axis=(1, 2), keepdims=True)
    mean = (cells / cells.std(axis=(1, 2), keepdims=True)).mean(axis=0)
    assert np.corrcoef(mean.ravel(), door.typical().ravel())[0, 1] > 0.95


def test_a_folder_is_asked_file_by_file(tmp_path, film):
    """The command names each stopped file with its reason, counts the rest, changes nothing."""
    from PIL import Image

    folder = tmp_path / "films"
    folder.mkdir()
    Image.fromarray(film).save(folder / "good.png")
    Image.fromarray(255 - film).save(folder / "turned.png")
    (folder / "broken.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"junk")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = CliRunner().invoke(app, ["gate", str(folder), "--json", str(tmp_path / "out.json")])
    assert done.exit_code == 0
    assert "turned.png: its greys look inverted" in done.output and "broken.dcm" in done.output
    assert "stop 2 of 3 files" in done.output and "good.png" not in done.output
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    import json

    rows = json.loads((tmp_path / "out.json").read_text())
    assert [row["passes"] for row in rows] == [False, True, False]


@pytest.mark.parametrize(("name", "said"), [("nowhere", "no folder"), ("empty", "no PNG, JPEG")])
def test_a_folder_without_films_is_one_sentence(tmp_path, name, said):
    """Nothing there, nothing to ask: non-zero and one sentence."""
    (tmp_path / "empty").mkdir()
    done = CliRunner().invoke(app, ["gate", str(tmp_path / name)])
    assert done.exit_code == 1 and said in done.output and len(done.output.splitlines()) == 1


def test_films_are_no_slices():
    """A set of films is refused by name."""
    with pytest.raises(data.DataError, match="no single slices"):
        slices.one("children")
