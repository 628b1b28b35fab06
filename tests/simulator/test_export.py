"""DICOM export: every planted item is found again by an independent read."""

import numpy as np
import pydicom
import pytest

from readingroom.simulator.exam import Exam
from readingroom.simulator.export import export_dicom
from readingroom.simulator.film import draw
from readingroom.simulator.identity import identity
from readingroom.simulator.patient import Patient


@pytest.fixture(scope="module", params=range(4))
def film(request):
    patient = Patient.sample(40 + request.param)
    site = ["Northgate", "Harbour", "Elm Park", "St Anne"][request.param]
    return draw(patient, Exam.sample(patient, 40 + request.param, site), size=128)


def _all_text(data):
    """Every element's value as text, by tag, sequences included."""
    found = {}

    def visit(_, element):
        if element.VR not in ("OW", "OB", "SQ"):
            found[f"({element.tag.group:04X},{element.tag.element:04X})"] = str(element.value)

    data.walk(visit)
    return found


@pytest.mark.parametrize("modality,inverse", [("DX", False), ("CR", True)])
def test_planted_items_are_found_again(film, tmp_path, modality, inverse):
    """Header, free text, private block and file name hold what the inventory says they hold."""
    path, planted = export_dicom(film, tmp_path, modality, monochrome1=inverse)
    text = _all_text(pydicom.dcmread(path))
    for item in planted:
        if item.place in ("header", "free text", "private"):
            assert item.value in text[item.tag], item
        elif item.place == "file name":
            assert item.value in path.name
    assert {i.place for i in planted} == {"header", "free text", "private", "pixels", "file name"}


def test_nothing_identifies_that_is_not_in_the_inventory(film, tmp_path):
    """Name, number and birth date stand in no element that the inventory leaves out."""
    path, planted = export_dicom(film, tmp_path)
    values = {i.keyword: i.value for i in planted}
    secrets = [
        *values["PatientName"].split("^")[:1],
        values["PatientID"],
        values["PatientBirthDate"],
        values["PatientTelephoneNumbers"],
    ]
    known = {i.tag for i in planted}
    for tag, value in _all_text(pydicom.dcmread(path)).items():
        assert tag in known or not any(secret in value for secret in secrets), tag


def test_burned_in_text_lies_in_its_box(film, tmp_path):
    """Files with and without burned-in text differ inside the planted box and nowhere else."""
    with_text, planted = export_dicom(film, tmp_path, burned_in=True)
    pixels = pydicom.dcmread(with_text).pixel_array
    without, others = export_dicom(film, tmp_path, burned_in=False)
    clean = pydicom.dcmread(without).pixel_array
    assert "pixels" not in {i.place for i in others}
    row0, row1, col0, col1 = next(i.box for i in planted if i.place == "pixels")
    changed = pixels != clean
    assert changed[row0:row1, col0:col1].mean() > 0.15
    changed[row0:row1, col0:col1] = False
    assert not changed.any()


def test_monochrome1_is_the_same_picture(film, tmp_path):
    """White stored as 0 reads back as the same film after inversion by its tag."""
    path, _ = export_dicom(film, tmp_path, burned_in=False, monochrome1=True)
    data = pydicom.dcmread(path)
    assert data.PhotometricInterpretation == "MONOCHROME1"
    shown = 4095 - data.pixel_array
    np.testing.assert_array_equal(shown // 16, film.image)


def test_one_patient_keeps_name_and_number(tmp_path):
    """Two exams of a patient share name, number and birth date, and differ in study and date."""
    patient = Patient.sample(77)
    exams = [Exam.sample(patient, 1), Exam.sample(patient, 2).changed(months=6.0)]
    people = [patient, patient.later(6)]
    data = [
        pydicom.dcmread(export_dicom(draw(p, e, size=64), tmp_path)[0])
        for p, e in zip(people, exams, strict=True)
    ]
    assert data[0].PatientName == data[1].PatientName
    assert data[0].PatientBirthDate == data[1].PatientBirthDate
    assert data[0].PatientID == data[1].PatientID
    assert data[0].StudyInstanceUID != data[1].StudyInstanceUID
    assert data[0].StudyDate < data[1].StudyDate


@pytest.mark.parametrize("months", [1.38, 6.0, 25.5])
def test_a_birth_date_never_moves(months):
    """However long after the first visit, a patient's birth date is the same day."""
    patient = Patient.sample(1440, sex="F")
    first = identity(patient, Exam.sample(patient, 1))
    later = Exam.sample(patient, 2).changed(months=months)
    assert identity(patient.later(months), later).birth == first.birth
