"""The archive and our questions to it, each against a second implementation."""

from __future__ import annotations

import subprocess
import sys
from copy import deepcopy

import pytest
from pydicom.dataset import Dataset

from readingroom.node import Address, Archive, NodeError, Orthanc, client, matching, orthanc, parse
from readingroom.node.address import on_this_machine, said

from .conftest import dcmtk


@pytest.fixture
def pair(sent, answered):
    """An archive with five objects and a reader's workstation that it knows."""
    with Archive("READER") as reader, Archive(knows={"READER": reader.address}) as archive:
        assert client.send([*sent.films, *answered], archive.address) == [0] * 5
        yield archive, reader


def test_an_address_is_read_and_written():
    """AE@host:port there and back; what is none is refused in one sentence."""
    assert str(parse("ARCHIVE@127.0.0.1:4242")) == "ARCHIVE@127.0.0.1:4242"
    assert parse("A@[::1]:1").host == "::1"
    for wrong in ("", "ARCHIVE", "A@b", "A@b:x", "A@b:0", "A@b:65536", "A\\B@c:1", "A@b:٣",
                  "SEVENTEEN-LETTERS@c:1", "@c:1"):  # fmt: skip
        with pytest.raises(NodeError):
            parse(wrong)


def test_only_loopback_is_this_machine():
    """127.0.0.1, ::1 and localhost are; what others can reach is not."""
    assert all(map(on_this_machine, ("127.0.0.1", "::1", "localhost", "127.3.2.1")))
    assert not any(map(on_this_machine, ("0.0.0.0", "192.168.1.4", "pacs.example", "::")))


def test_a_strangers_words_stay_on_one_line():
    """Line ends and terminal codes of a sender cannot forge a line of a log."""
    assert said("A\nB\x1b[2J" + "x" * 100).count("\n") == 0
    assert len(said("x" * 1000)) == 64


def test_nobody_there_is_one_sentence():
    """A closed port and a wrong title each say what to look at."""
    with pytest.raises(NodeError, match="Nobody answers"):
        client.echo(Address("X", "127.0.0.1", 1))
    with Archive() as archive, pytest.raises(NodeError, match="refuses us"):
        client.echo(Address("WRONG", "127.0.0.1", archive.port))


def test_what_is_sent_is_kept_as_it_was(pair, sent, answered):
    """Every object comes back equal, in the order of arrival."""
    archive, _ = pair
    kept = archive.stored(sent.uid)
    assert (
        [d.SOPInstanceUID for d in kept]
        == [d.SOPInstanceUID for d in (*sent.films, *answered)]
        == archive.arrivals
    )
    assert kept[0].PixelData == sent.films[0].PixelData
    assert [d.Modality for d in archive.stored(modality="SEG")] == ["SEG"]


def test_an_archive_finds_its_folder_again(tmp_path, sent):
    """Stopped and started on the same folder it still has what it had."""
    with Archive(folder=tmp_path) as archive:
        client.send(sent.films, archive.address)
    with Archive(folder=tmp_path) as again:
        assert len(again) == 2 and client.find(again.address)[0]["PatientID"]


def test_questions_at_each_level(pair, sent):
    """One study, four series, five images, and the counts that go with them."""
    archive, _ = pair
    (study,) = client.find(archive.address, StudyInstanceUID=sent.uid)
    assert study["NumberOfStudyRelatedInstances"] == "5"
    assert study["ModalitiesInStudy"] == "CR/OT/SEG/SR"
    assert len(client.find(archive.address, "SERIES", StudyInstanceUID=sent.uid)) == 4
    assert len(client.find(archive.address, "IMAGE", StudyInstanceUID=sent.uid)) == 5
    assert client.find(archive.address, PatientID="nobody") == []
    with pytest.raises(NodeError, match="STUDY, SERIES, IMAGE"):
        client.find(archive.address, "FILM")


@pytest.mark.parametrize(
    ("wanted", "value", "vr", "fits"),
    [
        ("", "x", "LO", True), ("*", "", "LO", True), ("a*", "abc", "LO", True),
        ("a?", "abc", "LO", False), ("netherby^*", "Netherby^Ada", "PN", True),
        ("[ab]", "a", "LO", False), ("1.2\\1.3", "1.3", "UI", True),
        ("20200101-20201231", "20200615", "DA", True), ("20200101-", "20191231", "DA", False),
        ("-20200101", "", "DA", False), ("20200101", "20200101", "DA", True),
    ],
)  # fmt: skip
def test_what_a_query_means(wanted, value, vr, fits):
    """Matching after PS3.4 C.2.2.2: universal, wildcard, list of UIDs, range, name."""
    assert matching.matches(wanted, value, vr) is fits


def test_a_study_is_moved_to_a_third_node(pair, sent):
    """All five objects arrive; a destination that is not known is refused by name."""
    archive, reader = pair
    moved = client.move(archive.address, "READER", sent.uid)
    assert (moved.completed, moved.failed, len(reader)) == (5, 0, 5)
    with pytest.raises(NodeError, match="does not know NOBODY"):
        client.move(archive.address, "NOBODY", sent.uid)


@pytest.mark.filterwarnings("ignore:Invalid value for VR UI")
def test_a_hostile_number_makes_no_path(tmp_path, sent):
    """A UID with dots and slashes is kept in the archive's folder under a name of its own."""
    film = deepcopy(sent.films[0])
    film.SOPInstanceUID = film.file_meta.MediaStorageSOPInstanceUID = "../../../../tmp/evil"
    folder = tmp_path / "kept"
    with Archive(folder=folder) as archive:
        client.send([film], archive.address)
    assert {p.parent for p in tmp_path.rglob("*.dcm")} <= {folder}


def test_dcmtk_talks_to_the_archive(pair, sent, written, tmp_path):
    """echoscu, storescu, findscu and movescu of dcmtk get what they ask for."""
    archive, reader = pair
    there = ["-aec", "ARCHIVE", "127.0.0.1", str(archive.port)]

    def ask(program, *more):
        command = [dcmtk(program), *there[:2], *more[:-1], *there[2:], *more[-1]]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=tmp_path)

    assert ask("echoscu", []).returncode == 0
    told = ask("storescu", "-R", list(map(str, written)))
    assert told.returncode == 0, told.stderr
    assert len(archive.arrivals) == 10 and len(archive) == 5
    key = f"StudyInstanceUID={sent.uid}"
    told = ask("findscu", "-S", "-k", "QueryRetrieveLevel=STUDY", "-k", key, "-k", "PatientID", [])
    assert sent.films[0].PatientID in told.stdout + told.stderr
    told = ask("movescu", "-S", "-aem", "READER", "-k", "QueryRetrieveLevel=STUDY", "-k", key, [])
    assert told.returncode == 0 and len(reader) == 5, told.stderr


def test_our_questions_are_understood_by_orthanc(sent, answered):
    """Store, find and move with Orthanc in the archive's place."""
    if orthanc.program() is None:
        pytest.skip("Orthanc is missing; on Debian: apt-get install orthanc")
    with Archive("READER") as reader, Orthanc(knows={"READER": reader.address}) as archive:
        assert client.send([*sent.films, *answered], archive.address) == [0] * 5
        (study,) = client.find(archive.address, StudyInstanceUID=sent.uid)
        assert study["NumberOfStudyRelatedInstances"] == "5"
        moved = client.move(archive.address, "READER", sent.uid)
        assert (moved.completed, len(reader)) == (5, 5)
        assert '"DicomCheckModalityHost": true' in archive.configured
        assert f"storescu -aet READINGROOM -aec ORTHANC 127.0.0.1 {archive.address.port}" in (
            archive.script
        )
        with pytest.raises(NodeError):
            client.echo(archive.address, calling="STRANGER")


def test_without_orthanc_the_sentence_says_what_to_do(monkeypatch):
    """Where it is not installed, starting it names the package and what works instead."""
    monkeypatch.setattr(orthanc, "program", lambda: None)
    with pytest.raises(NodeError, match="apt-get install orthanc"):
        Orthanc().start()


def test_broken_objects_are_refused_and_the_archive_lives(sent, tmp_path, monkeypatch):
    """A film that is announced under one number and carries another is not stored."""
    from pynetdicom import _config, build_context

    monkeypatch.setattr(_config, "STORE_SEND_CHUNKED_DATASET", True)  # announces the file's number
    film = deepcopy(sent.films[0])
    film.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    film.save_as(tmp_path / "two-numbers.dcm")
    with Archive() as archive:
        as_it_is = [build_context(film.SOPClassUID, film.file_meta.TransferSyntaxUID)]
        with client.association(archive.address, as_it_is) as talk:
            assert talk.send_c_store(tmp_path / "two-numbers.dcm").Status == 0xC000
        assert client.echo(archive.address) and len(archive) == 0
        assert "not understood" in archive.log[0]


def test_a_query_for_what_an_image_lacks_is_answered_empty(pair):
    """Attributes that no object has come back empty, sequences too."""
    archive, _ = pair
    query = Dataset()
    query.QueryRetrieveLevel = "STUDY"
    query.OtherPatientIDs, query.RequestAttributesSequence = "", []
    answers = matching.answers(list(archive._headers.values()), query, "STUDY")
    assert answers[0].OtherPatientIDs == ""


def test_the_room_does_not_bring_torch_or_the_network_in():
    """`import readingroom.node` loads neither torch nor pynetdicom nor highdicom."""
    code = "import readingroom.node, sys; print([m for m in ('torch', 'pynetdicom', 'highdicom') " \
           "if m in sys.modules])"  # fmt: skip
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          check=True).stdout.strip() == "[]"  # fmt: skip
