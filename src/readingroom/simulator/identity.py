"""Invented identities: names, dates and numbers that belong to nobody, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from readingroom.simulator.exam import Exam
from readingroom.simulator.patient import Patient
from readingroom.simulator.streams import stream

__all__ = ["Identity", "identity"]

SURNAMES = (
    "Abelwhite",
    "Brandreth",
    "Colquitt",
    "Dunmarrow",
    "Eskerby",
    "Fennimore",
    "Garrowby",
    "Hartlesham",
    "Ingledew",
    "Jessamy",
    "Kettlewick",
    "Larrigan",
    "Mossburn",
    "Netherby",
    "Oakhanger",
    "Pellworth",
    "Quennell",
    "Ravensden",
    "Silverlock",
    "Thornaby",
)
FEMALE = ("Ada", "Beatrix", "Clementine", "Dorothea", "Edith", "Flora", "Greta", "Honor")
MALE = ("Alban", "Bertram", "Conrad", "Desmond", "Edgar", "Felix", "Godfrey", "Hugo")
STREETS = ("Orchard Row", "Quarry Lane", "Mill Rise", "Ferry Street", "Chapel Walk")
PHYSICIANS = ("Marchbanks", "Oldroyd", "Pemberley", "Quillfeather", "Rushbrook")


@dataclass(frozen=True)
class Identity:
    """What a hospital would know about one exam of one patient; all of it is invented."""

    surname: str
    given: str
    patient_id: str
    birth: date
    address: str
    phone: str
    relative: str
    physician: str
    operator: str
    institution: str
    accession: str
    study_date: date
    station: str

    @property
    def dicom_name(self) -> str:
        """Name in DICOM form, family name first."""
        return f"{self.surname}^{self.given}"


def identity(patient: Patient, exam: Exam) -> Identity:
    """Draw the identity of a patient and the particulars of an exam.

    The person follows from the patient's seed, so two exams carry the same name and number;
    the study follows from the exam.
    """
    person, study = stream(patient.seed, "identity"), stream(exam.seed, "identity")

    def pick(rng: Any, names: Any) -> Any:
        return names[int(rng.integers(len(names)))]

    first = pick(person, FEMALE if patient.sex == "F" else MALE)
    surname = pick(person, SURNAMES)
    number = f"{int(person.integers(10_000_000, 99_999_999))}"
    start = date(2019, 1, 1) + timedelta(days=int(person.integers(0, 1500)))
    # a later visit's age is rounded; undone here, so that a birth date never moves
    age_at_start = round(patient.age - exam.months / 12, 1)
    birth = start - timedelta(days=int(age_at_start * 365.25) + int(person.integers(0, 300)) % 200)
    address = f"{int(person.integers(1, 120))} {pick(person, STREETS)}"
    phone = f"555-{int(person.integers(0, 10_000)):04d}"
    relative = f"{pick(person, FEMALE)} {surname}"
    return Identity(
        surname,
        first,
        number,
        birth,
        address,
        phone,
        relative,
        physician=f"{pick(study, PHYSICIANS)}^{pick(study, MALE)}",
        operator=f"{pick(study, PHYSICIANS)}^{pick(study, FEMALE)}",
        institution=f"{exam.site} Hospital",
        accession=f"ACC{int(study.integers(100_000, 999_999))}",
        study_date=start + timedelta(days=round(exam.months * 30.44)),
        station=f"{exam.site[:3].upper()}XR{int(study.integers(1, 5))}",
    )
