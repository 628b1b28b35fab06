"""The node from end to end: what it takes, refuses, answers, keeps, and never loses."""

from __future__ import annotations

import errno
import shutil
import socket
import subprocess
import threading
import time
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import build_context

from readingroom import files
from readingroom.node import Address, Archive, NodeError, Service, client, opened, scope, study

from .conftest import dcmtk


@pytest.fixture(scope="module")
def children():
    """Two studies of one film each."""
    return [study.simulated(seed, size=128) for seed in (3, 4)]


@pytest.fixture
def pair():
    """A receiver and a node that sends its results there."""
    with Archive("PACS") as pacs, Service(pacs.address) as node:
        node._delivery.first = 0.05
        yield pacs, node


def refusals(node):
    return [line for line in node.log if "refused" in line]


def test_a_study_comes_back_with_its_results(pair, sent):
    """Two films in, six results out: beside their films, in the order of the films."""
    pacs, node = pair
    assert client.echo(node.address)
    assert client.send(sent.films, node.address) == [0, 0]
    assert node.wait()
    back = pacs.stored(sent.uid)
    assert [d.Modality for d in back] == ["SR", "SEG", "OT"] * 2
    for film, results in zip(sent.films, (back[:3], back[3:]), strict=True):
        assert [opened.faults(film, data) for data in results] == [[], [], []]
        assert opened.score(results[0]).film == film.SOPInstanceUID
    assert refusals(node) == []
    assert sent.films[0].PatientName.family_name not in "\n".join(node.log)


def test_a_repeat_gets_the_same_answer_again(pair, sent):
    """The same film once more: acknowledged, the same results sent again, nothing new stored."""
    pacs, node = pair
    client.send(sent.films[:1], node.address)
    assert node.wait()
    first = [dcm.read_bytes() for dcm in sorted(pacs.folder.glob("*.dcm"))]
    assert client.send(sent.films[:1], node.address) == [0]
    assert node.wait()
    assert (len(pacs.arrivals), len(pacs)) == (6, 3)
    assert pacs.arrivals[:3] == pacs.arrivals[3:]
    assert [dcm.read_bytes() for dcm in sorted(pacs.folder.glob("*.dcm"))] == first


def test_a_repeat_in_another_encoding_is_a_repeat(pair, sent):
    """The same film with and without the kinds of value, as two programs send it."""
    _, node = pair
    film = sent.films[0]
    for syntax in (ExplicitVRLittleEndian, ImplicitVRLittleEndian):
        with client.association(node.address, [build_context(film.SOPClassUID, syntax)]) as talk:
            assert talk.send_c_store(film).Status == 0
    assert sum("kept already" in line for line in node.log) == 1
    assert refusals(node) == [] and node.wait()


def test_other_content_under_the_same_number_is_refused(pair, sent):
    """A number names one object for good (PS3.5 9): the first is kept, the second refused."""
    _, node = pair
    other = deepcopy(sent.films[0])
    other.PatientComments = "changed"
    assert client.send([sent.films[0], other], node.address) == [0, 0x0111]
    assert "already with other content" in refusals(node)[0]


def test_one_study_of_two_patients_is_refused(pair, sent):
    """A film filed to the wrong person is not answered: nobody can tell whose study it is."""
    pacs, node = pair
    wrong = deepcopy(sent.films[1])
    wrong.PatientID = "4711"
    client.send([sent.films[0], wrong], node.address)
    assert node.wait() and len(pacs) == 3
    assert "another patient number" in refusals(node)[0]


def _inverted(film):
    found = deepcopy(film)
    found.PixelData = (4095 - film.pixel_array).astype("<u2").tobytes()
    return found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_inverted, "inverted"),
        (lambda f: _with(f, Manufacturer="A hospital"), "no simulated film"),
        (lambda f: _with(f, ViewPosition="LL"), "not frontal"),
        (lambda f: _with(f, BodyPartExamined="HAND"), "not the chest"),
        (lambda f: _with(f, Rows=65535, Columns=65535), "too many for a film"),
        (lambda f: _with(f, PixelData=b"\0\0"), "damaged"),
    ],
)
def test_what_is_out_of_scope_is_one_line(pair, sent, change, said):
    """It is acknowledged, since it was kept, and gets no result: one line says why."""
    pacs, node = pair
    assert client.send([change(sent.films[0])], node.address) == [0]
    assert node.wait() and len(pacs) == 0
    assert len(refusals(node)) == 1 and said in refusals(node)[0], refusals(node)


def _with(film, **tags):
    found = deepcopy(film)
    for keyword, value in tags.items():
        setattr(found, keyword, value)
    return found


def test_each_network_has_its_own_scope():
    """The children's networks refuse an adult and a PA film; an age that is not stated is said."""
    rng = np.random.default_rng(1)
    film = study.simulated(2, ages="children", view="AP", size=128).films[0]
    film.Manufacturer = "A hospital"
    assert scope.asked(film, "children-128").passes
    assert "children aged 1 to 5" in str(
        scope.asked(_with(film, PatientAge="044Y"), "children-128")
    )
    assert "only seen AP" in str(scope.asked(_with(film, ViewPosition="PA"), "children-128"))
    del film.PatientAge
    assert "age" in scope.asked(film, "children-128").unasked
    noise = study.plain(rng.integers(0, 256, (64, 64)).astype(np.uint8))
    assert not scope.asked(noise, "children-128").passes


def test_what_is_no_film_is_refused_by_status(pair, sent, answered):
    """A CT slice and our own report: SOP class not supported, one line each, nothing kept."""
    _, node = pair
    slice_ = _with(sent.films[0], SOPClassUID=CTImageStorage)
    slice_.file_meta.MediaStorageSOPClassUID = CTImageStorage
    assert client.send([slice_, answered.sr], node.address) == [0x0122, 0x0122]
    assert [line.split(": ", 2)[2] for line in refusals(node)] == [
        "no plain film but CT Image Storage", "no plain film but Comprehensive SR Storage"
    ]  # fmt: skip
    assert node.spool.counts() == {}


def test_a_stranger_is_turned_away(pair):
    """Whoever calls another title is refused and told in one line."""
    _, node = pair
    with pytest.raises(NodeError, match="refuses us"):
        client.echo(Address("OTHER", "127.0.0.1", node.address.port))
    assert node.log == ["READINGROOM: turned away (it called OTHER)"]


def test_a_receiver_that_is_down_gets_everything_later(sent, tmp_path):
    """Results wait, are tried again, and arrive in their order once somebody listens."""
    with Archive("PACS") as gone:
        there = gone.address
    with Service(there, folder=tmp_path) as node:
        node._delivery.first = 0.05
        assert client.send(sent.films, node.address) == [0, 0]
        assert not node.wait(1.0)
        assert any("results are kept, next try in" in line for line in node.log)
        with Archive("PACS", port=there.port) as pacs:
            assert node.wait(20)
            assert [d.Modality for d in pacs.stored()] == ["SR", "SEG", "OT"] * 2


def test_a_receiver_that_takes_no_segmentation_gets_the_rest(sent, monkeypatch):
    """One kind is declined for good and said; it holds nothing else up."""
    from readingroom.node import archive

    fewer = [c for c in archive.AllStoragePresentationContexts
             if not str(c.abstract_syntax).endswith(".66.4")]  # fmt: skip
    monkeypatch.setattr(archive, "AllStoragePresentationContexts", fewer)
    with Archive("PACS") as pacs, Service(pacs.address) as node:
        client.send(sent.films[:1], node.address)
        assert node.wait()
        assert [d.Modality for d in pacs.stored()] == ["SR", "OT"]
        assert sum("takes no such object" in line for line in node.log) == 1


def test_a_full_receiver_is_asked_again(sent, monkeypatch):
    """Out of resources is no refusal for good: the result waits and arrives."""
    with Archive("PACS") as pacs, Service(pacs.address) as node:
        node._delivery.first = 0.05
        written, full = files.write_bytes, {"left": 2}

        def sometimes(target, raw):
            if target.parent == pacs.folder and full["left"]:
                full["left"] -= 1
                raise OSError(errno.ENOSPC, "No space left on device")
            written(target, raw)

        monkeypatch.setattr(files, "write_bytes", sometimes)
        client.send(sent.films[:1], node.address)
        assert node.wait() and len(pacs) == 3 and full["left"] == 0


def test_a_full_disk_is_refused_and_said(sent, tmp_path, monkeypatch):
    """Too little room, or none: status A700, one line, and the sender still has its film."""
    with Archive("PACS") as pacs, Service(pacs.address, folder=tmp_path) as node:
        Usage = namedtuple("Usage", "total used free")
        with monkeypatch.context() as little:
            little.setattr(shutil, "disk_usage", lambda _: Usage(1, 1, 50 * 2**20))
            assert client.send(sent.films[:1], node.address) == [0xA700]
        with monkeypatch.context() as none:

            def full(*_):
                raise OSError(errno.ENOSPC, "No space left on device")

            none.setattr(files, "write_bytes", full)
            assert client.send(sent.films[:1], node.address) == [0xA700]
        assert ["the disk is full" in refusals(node)[0], "No space left" in refusals(node)[1]] == [
            True, True
        ]  # fmt: skip
        assert node.spool.counts() == {} and list((tmp_path / "films").iterdir()) == []
        assert client.send(sent.films[:1], node.address) == [0]
        assert node.wait() and len(pacs) == 3


def test_results_that_the_disk_does_not_take_are_made_later(sent, tmp_path, monkeypatch):
    """The film stays accepted, and is answered when there is room again."""
    from readingroom.node import service

    monkeypatch.setattr(service, "AGAIN", 0.05)
    written, left = files.write_bytes, [2]

    def sometimes(target, raw):
        if target.parent.name == "results" and left[0]:
            left[0] -= 1
            raise OSError(errno.ENOSPC, "No space left on device")
        written(target, raw)

    monkeypatch.setattr(files, "write_bytes", sometimes)
    with Archive("PACS") as pacs, Service(pacs.address, folder=tmp_path) as node:
        client.send(sent.films[:1], node.address)
        assert node.wait() and len(pacs) == 3
        assert sum("the disk does not take results" in line for line in node.log) == 2


def test_a_sender_that_breaks_off_leaves_what_was_acknowledged(pair, sent):
    """One film of two, then the line goes: the first is kept and answered, and the log says so."""
    pacs, node = pair
    with client.association(node.address, client.contexts_for(sent.films)) as talk:
        assert talk.send_c_store(sent.films[0]).Status == 0
        talk.abort()
    assert node.wait() and len(pacs) == 3
    assert _soon(node, "broke off; 1 of study")


def test_a_sender_that_stalls_holds_up_no_other(pair, sent, children):
    """Three send at once and one stops half way: the others are answered, and it is later."""
    pacs, node = pair
    films = [sent.films[0], *(one.films[0] for one in children)]
    together, go_on = threading.Barrier(len(films)), threading.Event()

    def send(film, stalls):
        with client.association(node.address, client.contexts_for([film])) as talk:
            line, plain, passed = talk.dul.socket, talk.dul.socket.send, [0]

            def half(raw):
                passed[0] += len(raw)
                if passed[0] > 20_000:
                    go_on.wait(60)
                plain(raw)

            if stalls:
                line.send = half
            together.wait(20)  # all three are connected before the first one sends
            return talk.send_c_store(film).Status

    with ThreadPoolExecutor(len(films)) as pool:
        try:
            *others, stalled = [pool.submit(send, film, film is films[-1]) for film in films]
            assert [one.result(30) for one in others] == [0, 0]
            assert node.wait(30) and len(pacs) == 6
            assert not stalled.done()
        finally:
            go_on.set()
        assert stalled.result(30) == 0
    assert node.wait(30) and len(pacs) == 9
    assert refusals(node) == []


def test_an_object_cut_off_in_the_middle_is_not_kept(pair, sent):
    """The line goes while a film is on its way: nothing of it is kept, and that is said."""
    _, node = pair
    with client.association(node.address, client.contexts_for(sent.films)) as talk:
        line, plain, passed = talk.dul.socket, talk.dul.socket.send, [0]

        def half(raw):
            passed[0] += len(raw)
            if passed[0] > 30_000 and line.socket:
                line.socket.shutdown(socket.SHUT_RDWR)  # the cable is pulled
            plain(raw)

        line.send = half
        talk.send_c_store(sent.films[0])
    assert _soon(node, "one object came in part and is not kept")
    assert node.spool.counts() == {}


def test_too_much_at_once_is_cut_off(sent):
    """An object above the limit, and a piece that claims to have 4 GB, end their association."""
    with Archive("PACS") as pacs, Service(pacs.address, largest=20_000) as node:
        with pytest.raises(NodeError, match="broke off"):
            client.send(sent.films[:1], node.address)
        assert _soon(node, "sent too much at once")
        with socket.create_connection(("127.0.0.1", node.address.port)) as line:
            line.sendall(b"\x01\x00\xff\xff\xff\xff" + b"x" * 100)
            line.settimeout(10)
            assert line.recv(1) == b""
        assert client.echo(node.address)


def _soon(node, words, seconds=10.0):
    """Wait for a line: the end of a connection is noticed by another thread."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if any(words in line for line in node.log):
            return True
        time.sleep(0.02)
    return False


def test_a_restart_goes_on_where_the_journal_ends(sent, tmp_path):
    """Accepted before, answered and sent after: by another node on the same folder."""
    with Archive("PACS") as pacs:
        with Service(pacs.address, folder=tmp_path) as node:
            node._end.set()  # its worker ends before it has begun
            assert client.send(sent.films, node.address) == [0, 0]
            assert len(pacs) == 0
        with Service(pacs.address, folder=tmp_path) as node:
            assert node.wait() and len(pacs) == 6
            assert node.log[0].startswith("going on with ")


def test_a_file_that_is_gone_holds_nothing_up(sent, tmp_path):
    """Somebody empties the folder by hand: one line each, and the next film is answered."""
    with Archive("PACS") as gone:
        there = gone.address
    with Service(there, folder=tmp_path) as node:
        client.send(sent.films[:1], node.address)
        while node.spool.counts().get("results waiting", 0) < 3:
            time.sleep(0.02)
        node._end.set()
        node._wake.set()
        node._worker.join(20)
        client.send(sent.films[1:], node.address)
    for path in tmp_path.glob("*/*.dcm"):
        path.unlink()
    third = study.simulated(6, size=160).films
    with Archive("PACS", port=there.port) as pacs, Service(there, folder=tmp_path) as node:
        client.send(third, node.address)
        assert node.wait() and {d.StudyInstanceUID for d in pacs.stored()} == {
            third[0].StudyInstanceUID
        }
        assert sum("gone or damaged" in line for line in node.log) == 3
        assert sum("file is gone" in line for line in node.log) == 1


def test_two_nodes_do_not_share_a_folder(tmp_path):
    """The second is told, and a taken port is told too."""
    to = Address("PACS", "127.0.0.1", 1)
    with Service(to, folder=tmp_path) as node:
        with pytest.raises(NodeError, match="Another node works"):
            Service(to, folder=tmp_path).start()
        with pytest.raises(NodeError, match="cannot be listened at"):
            Service(to, folder=tmp_path / "b", port=node.address.port).start()
    with Service(to, folder=tmp_path / "b"):  # the failed start has let go of it
        pass
    with pytest.raises(NodeError, match="simulated-128 or children-128"):
        Service(to, networks="nobody")


def test_dcmtk_sends_and_receives(sent, written, tmp_path):
    """storescu of dcmtk sends, storescp of dcmtk gets all results, and both are content."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [dcmtk("storescp"), "-aet", "PACS", "-od", str(tmp_path), str(port)]
    receiver = subprocess.Popen(command)
    try:
        with Service(Address("PACS", "127.0.0.1", port)) as node:
            node._delivery.first = 0.1
            there = ["-aec", "AI", "127.0.0.1", str(node.address.port)]
            assert subprocess.run([dcmtk("echoscu"), *there]).returncode == 0
            told = subprocess.run([dcmtk("storescu"), "-R", *there, *map(str, written[:2])],
                                  capture_output=True, text=True)  # fmt: skip
            assert told.returncode == 0, told.stderr
            assert node.wait(30)
    finally:
        receiver.terminate()
        receiver.wait()
    got = sorted(dcmread(path).Modality for path in tmp_path.iterdir())
    assert got == ["OT", "OT", "SEG", "SEG", "SR", "SR"]
