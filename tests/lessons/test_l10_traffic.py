"""Lesson 10's traffic: the round trip, the planted faults, and ports that close."""

from __future__ import annotations

import copy
import socket

import pytest

from readingroom import node
from readingroom.lessons.l10 import traffic
from readingroom.node import opened

pytestmark = pytest.mark.slow  # networks read a film


@pytest.fixture(scope="module")
def film():
    """The film that travels."""
    return traffic.study().films[0]


@pytest.fixture(scope="module")
def report(film):
    """The program's report on it."""
    return node.answer(film, traffic.predict(film)).sr


def test_the_numbers_are_known_before_a_report_is_made(film, report):
    """Drawn small or large the film has the same number, and so has its report."""
    known = traffic.numbers()
    assert known[traffic.RIGHT] == report.SOPInstanceUID and len(set(known.values())) == 5
    assert traffic.study(traffic.SMALL).films[0].SOPInstanceUID == film.SOPInstanceUID


def test_each_planted_report_has_its_one_fault(film, report):
    """The sound one has none; each other has the one planted, and none besides."""
    found = traffic.lettered([report, *traffic.planted(film, report)])
    said = {name: opened.faults(film, one) for name, one in found.items()}
    assert said.pop(traffic.RIGHT) == []
    words = {"study": "Another study", "patient": "Another patient", "series": "own series",
             "version": "No version"}  # fmt: skip
    for name, faults in said.items():
        assert faults and all(words[traffic.FAULTY[name]] in one for one in faults)


def test_planting_leaves_the_sound_report_alone(film, report):
    """Copies are changed, not the report itself."""
    before = copy.deepcopy(report)
    traffic.planted(film, report)
    assert report == before


def test_all_five_travel_and_the_ports_close(film, report):
    """Stored, found, moved and read back; afterwards nobody listens any more."""
    with (
        node.Archive("DESK") as desk,
        node.Archive("PACS", knows={"DESK": desk.address}) as pacs,
    ):
        places = [desk.address, pacs.address]
        sent = node.send([film, report, *traffic.planted(film, report)], pacs.address)
        for one in node.find(pacs.address, "STUDY"):
            node.move(pacs.address, "DESK", one["StudyInstanceUID"])
        came = desk.stored(modality="SR")
    assert sent == [0] * 6 and sorted(traffic.lettered(came)) == traffic.LETTERS
    for place in places:
        with socket.socket() as one:
            assert one.connect_ex((place.host, place.port)) != 0


def test_the_input_check_stops_the_inverted_film(film):
    """The proper film passes; sent inverted it is stopped with a reason."""
    assert traffic.may_read(film).passes
    stopped = traffic.may_read(traffic.turned(film))
    assert not stopped.passes and "inverted" in str(stopped)
