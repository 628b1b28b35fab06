"""The results: beside their film, numbered for good, readable by others, without a fault."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime

import numpy as np
import pytest
from pydicom import dcmread

from readingroom.data import greys
from readingroom.data.errors import DataError
from readingroom.node import model, opened, region, study
from readingroom.node.results import answer, instance_uid
from readingroom.reader import read_film

from .conftest import dcmtk

NOON = datetime(2026, 1, 2, 12)


def _saved(data, path):
    data.save_as(path, enforce_file_format=True)
    return path.read_bytes()


def test_results_lie_beside_their_film(sent, answered):
    """Same study and patient, a new series each, a version, a warning."""
    film = sent.films[0]
    assert [opened.faults(film, data) for data in answered] == [[], [], []]
    series = {data.SeriesInstanceUID for data in answered} | {film.SeriesInstanceUID}
    assert len(series) == 4


@pytest.mark.parametrize(
    ("keyword", "value", "said"),
    [
        ("StudyInstanceUID", "1.2.3", "never appear beside the film"),
        ("PatientID", "4711", "Another patient"),
        ("SoftwareVersions", "", "No version"),
        ("SeriesDescription", "AI", "No warning"),
    ],
)
def test_a_fault_is_told(sent, answered, keyword, value, said):
    """Whatever would keep a result from its film is one sentence."""
    from copy import deepcopy

    wrong = deepcopy(answered.sr)
    setattr(wrong, keyword, value)
    assert any(said in sentence for sentence in opened.faults(sent.films[0], wrong))


def test_a_repeat_is_the_same_object(sent, reading, tmp_path):
    """The same film, networks and time give the same bytes; at another time the same numbers."""
    first, again = answer(sent.films[0], reading, NOON), answer(sent.films[0], reading, NOON)
    for one, two in zip(first, again, strict=True):
        assert _saved(one, tmp_path / "1") == _saved(two, tmp_path / "2")
    later = answer(sent.films[0], reading)
    assert [d.SOPInstanceUID for d in later] == [d.SOPInstanceUID for d in first]
    assert [instance_uid(sent.films[0], "simulated-128", k) for k in ("SR", "SEG", "SC")] == [
        d.SOPInstanceUID for d in first
    ]


def test_another_film_or_network_has_other_numbers(sent, answered):
    """No two films share a result, nor two networks on one film."""
    other = {instance_uid(sent.films[1], "simulated-128", "SR"),
             instance_uid(sent.films[0], "children-128", "SR")}  # fmt: skip
    assert answered.sr.SOPInstanceUID not in other and len(other) == 2


def test_the_report_is_read_by_pydicom_alone(sent, reading, written):
    """Score, spread, networks, version and film are what went in."""
    found = opened.score(dcmread(written[2]))
    low, high = reading.spread
    assert (found.value, found.lowest, found.highest) == pytest.approx(
        (reading.score, low, high), abs=1e-4
    )
    used = model.model("simulated-128")
    assert (found.model, found.version, found.networks) == (used.name, used.version, 1)
    assert found.film == sent.films[0].SOPInstanceUID
    assert "Never for clinical use" in str(found)


def test_a_report_without_a_score_is_refused(sent):
    """A film is no report, and says so."""
    with pytest.raises(DataError, match="no score"):
        opened.score(sent.films[0])
    with pytest.raises(DataError, match="no binary segmentation"):
        opened.region(sent.films[0])


def test_the_outline_is_read_by_pydicom_and_simpleitk(sent, reading, written):
    """Both get the region that was meant, pixel by pixel."""
    sitk = pytest.importorskip("SimpleITK")
    meant = region.hot(sent.films[0], reading.heat)
    assert 0 < meant.sum() < meant.size / 2
    assert np.array_equal(opened.region(dcmread(written[3])), meant)
    assert np.array_equal(sitk.GetArrayFromImage(sitk.ReadImage(written[4])).squeeze(),
                          opened.picture(dcmread(written[4])))  # fmt: skip


def test_the_picture_carries_its_warning(answered):
    """Above the film a red banner with letters, below it two lines; the film itself is grey."""
    shown = opened.picture(answered.sc)
    banner = shown[:10].reshape(-1, 3)
    assert (banner == (165, 15, 21)).all()
    rows = shown[: shown.shape[0] // 20]
    assert (rows.min(axis=2) > 200).sum() > 200  # white letters on it
    assert answered.sc.BurnedInAnnotation == "NO"


def test_a_film_that_leaves_things_out_gets_its_answer(sent, reading):
    """Without name, birth date, accession and orientation the results state them empty."""
    from copy import deepcopy

    bare = deepcopy(sent.films[0])
    for keyword in ("PatientName", "PatientBirthDate", "AccessionNumber", "PatientOrientation",
                    "BodyPartExamined", "InstanceNumber", "StudyTime"):  # fmt: skip
        delattr(bare, keyword)
    bare.PatientSex = "X"
    for data in answer(bare, reading):
        assert data.PatientName == "" and data.InstanceNumber == 1 and data.PatientSex == ""


def test_without_heat_there_is_no_segmentation(reading):
    """A film on which nothing spoke for a finding gets a report and a picture only."""
    from dataclasses import replace

    film = study.simulated(3, findings=(), size=128).films[0]
    cold = replace(read_film(greys.picture(film), "simulated-128"), heat=np.zeros((8, 8)))
    assert [data.Modality for data in answer(film, cold)] == ["SR", "OT"]


def test_a_wide_film_has_its_heat_in_the_middle(sent):
    """What the networks never saw, left and right of the central square, stays cold."""
    from pydicom.dataset import Dataset

    film = Dataset()
    film.Rows, film.Columns = 100, 180
    placed = region.heat_on(film, np.ones((8, 8)))
    assert placed.shape == (100, 180) and placed[:, 40:140].min() == pytest.approx(1)
    assert placed[:, :40].max() == placed[:, 140:].max() == 0


def test_dciodvfy_finds_no_error(written):
    """The validator of dicom3tools has no error to tell of films and results."""
    program = shutil.which("dciodvfy")
    if program is None:
        pytest.skip("dciodvfy is missing; on Debian: apt-get install dicom3tools")
    for path in written:
        told = subprocess.run([program, "-new", str(path)], capture_output=True, text=True)
        errors = [x for x in (told.stdout + told.stderr).splitlines() if x.startswith("Error")]
        assert errors == [], path.name


def test_dcmtk_reads_what_we_write(written):
    """dcmdump reads every object to its end without a word of warning."""
    for path in written:
        told = subprocess.run([dcmtk("dcmdump"), str(path)], capture_output=True, text=True)
        assert told.returncode == 0 and told.stderr == "", (path.name, told.stderr)


def test_results_can_be_shown(sent, answered, monkeypatch):
    """The drawing says the score and that a segmentation is there, in its alt sentence."""
    from readingroom.show import figures

    shown = []
    monkeypatch.setattr(figures, "display", lambda page, raw: shown.append(page["text/html"]))
    opened.show(sent.films[0], list(answered), truth=sent.drawn[0].masks["consolidation"])
    assert "outline of a region" in shown[0] and "simulated-128" in shown[0]
