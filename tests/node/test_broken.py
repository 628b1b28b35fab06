"""Broken and hostile objects: one line each, never a crash. A kill loses nothing acknowledged."""

from __future__ import annotations

import itertools
import signal
import socket
import subprocess
import sys
import time
from io import BytesIO

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from pynetdicom import _config, build_context

from readingroom.node import Address, Service, client, study
from readingroom.node.spool import NEW, OTHER, REPEAT, Spool, digest

NUMBERS = itertools.count(1)


def _bytes(film):
    stream = BytesIO()
    film.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def _parts(raw):
    """A file's first lines and its data set: after the length that they state (PS3.10 7.1)."""
    end = 144 + int.from_bytes(raw[140:144], "little")
    return raw[:end], raw[end:]


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """A node whose receiver is never there: what is broken never gets so far."""
    with Service(Address("PACS", "127.0.0.1", 1), tmp_path_factory.mktemp("node")) as running:
        yield running


@pytest.fixture(scope="module")
def blank():
    """A small film, complete but without a picture in it, as the bytes of its file."""
    return study.plain(np.zeros((32, 32), np.uint8), seed=5, view="PA")


@pytest.fixture
def store(node, blank, tmp_path, monkeypatch):
    """Send a data set's bytes as they are, announced under a number of their own."""
    monkeypatch.setattr(_config, "STORE_SEND_CHUNKED_DATASET", True)
    context = [build_context(blank.SOPClassUID, blank.file_meta.TransferSyntaxUID)]

    def sent(body, uid):
        head, _ = _parts(_bytes(blank))
        path = tmp_path / "sent.dcm"
        path.write_bytes(head.replace(str(blank.SOPInstanceUID).encode(), uid.encode()) + body)
        before = len(node.log)
        with client.association(node.address, context) as talk:
            status = talk.send_c_store(path).Status
        assert node.idle() or _until(node.idle)
        return status, [line for line in node.log[before:] if ": done, " not in line]

    return sent


def _until(true, seconds=20.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end and not true():
        time.sleep(0.005)
    return true()


def _numbered(blank):
    """The film's data set under a new number of the same length, and that number."""
    old = str(blank.SOPInstanceUID)
    new = f"2.25.{next(NUMBERS):0{len(old) - 5}d}".replace("2.25.0", "2.25.1", 1)
    return _parts(_bytes(blank))[1].replace(old.encode(), new.encode()), new


def _told(lines):
    """The lines that say what became of an object in the end."""
    return [x for x in lines if "refused" in x or "score for" in x or "kept already" in x]


BROKEN = st.one_of(
    st.builds(lambda share: ("cut", share), st.floats(0, 1)),
    st.builds(lambda places: ("flip", places),
              st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), min_size=1, max_size=12)),
    st.builds(lambda raw: ("noise", raw), st.binary(max_size=400)),
    st.builds(lambda at, raw: ("insert", at, raw), st.floats(0, 1), st.binary(min_size=1,
                                                                            max_size=40)),
    st.builds(lambda at, size: ("length", at, size), st.floats(0, 1),
              st.sampled_from([0, 1, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF])),
)  # fmt: skip


def _damaged(body, how):
    kind, *rest = how
    at = int(rest[0] * len(body)) if isinstance(rest[0], float) else 0
    if kind == "cut":
        return body[: at & ~1]
    if kind == "noise":
        return rest[0]
    if kind == "insert":
        return body[:at] + rest[1] + body[at:]
    if kind == "length":
        return body[:at] + rest[1].to_bytes(4, "little") + body[at + 4 :]
    changed = bytearray(body)
    for share, mask in rest[0]:
        changed[min(int(share * len(body)), len(body) - 1)] ^= mask
    return bytes(changed)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(how=BROKEN)
@pytest.mark.filterwarnings("ignore")
def test_a_broken_object_is_one_line_and_no_crash(node, blank, store, how):
    """Cut, flipped, filled, lengthened: each is told in one line, and the node answers an echo."""
    body, uid = _numbered(blank)
    status, lines = store(_damaged(body, how), uid)
    told = _told(lines)
    assert len(told) == 1, lines
    assert "Traceback" not in told[0] and told[0].isprintable()
    assert status in (0, 0xA700, 0xA900, 0xC000, 0x0111)
    assert node._worker.is_alive() and node._delivery.is_alive()


def test_an_intact_blank_is_kept_and_refused_by_the_gate(node, blank, store):
    """Without damage the same film is acknowledged; the gate, not the parser, refuses it."""
    body, uid = _numbered(blank)
    # a study of its own: damaged films of the other one may have come with another patient
    old = str(blank.StudyInstanceUID)
    other = old[:-1] + str((int(old[-1]) + 1) % 10)
    status, lines = store(body.replace(old.encode(), other.encode()), uid)
    assert status == 0 and len(_told(lines)) == 1 and "blank" in _told(lines)[0]


@pytest.mark.parametrize("evil", ["../../../tmp/evil", "/etc/passwd", "1.2\\1.3", "", "1.2\n3"])
def test_a_number_that_is_none_is_refused(node, blank, store, evil):
    """A UID that is a path, two values, empty or two lines: refused, nothing is written."""
    body, uid = _numbered(blank)
    kept = sorted((node.folder / "films").iterdir())
    old = str(blank.StudyInstanceUID)
    status, lines = store(body.replace(old.encode(), evil.encode().ljust(len(old), b"\0")), uid)
    assert status == 0xA900 and len(_told(lines)) == 1 and _told(lines)[0].isprintable()
    assert sorted((node.folder / "films").iterdir()) == kept


def _item(kind, inside):
    return bytes([kind, 0]) + len(inside).to_bytes(2, "big") + inside


def _asks(title):
    """The bytes with which a caller of this title asks for an association (PS3.8 9.3.2)."""
    echo = _item(0x30, b"1.2.840.10008.1.1") + _item(0x40, b"1.2.840.10008.1.2")
    inside = b"\0\1\0\0" + b"AI".ljust(16) + title.ljust(16) + b"\0" * 32
    inside += _item(0x10, b"1.2.840.10008.3.1.1.1") + _item(0x20, b"\1\0\0\0" + echo)
    inside += _item(0x50, _item(0x51, b"\0\0\x40\0") + _item(0x52, b"1.2.3"))
    return b"\1\0" + len(inside).to_bytes(4, "big") + inside


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (_asks(b"FRIEND"), "FRIEND: broke off"),
        (_asks(b"A\nB\x1b[2J refused"), "?: turned away"),
        (_asks(b"\xff\xfe\0"), "?: turned away"),
        (b"GET / HTTP/1.1\r\nHost: here\r\n\r\n", "?: turned away"),
        (b"\1\0\0\0\1\0" + b"\xff" * 256, "?: turned away"),
    ],
)
def test_what_is_no_dicom_is_one_line(node, words, said):
    """A friend that goes, a title with line ends, a browser, noise: one plain line each."""
    before = len(node.log)
    with socket.create_connection(("127.0.0.1", node.address.port), timeout=10) as line:
        line.sendall(words)
        time.sleep(0.2)
    assert _until(lambda: len(node.log) > before, 5)
    assert len(node.log) == before + 1 and node.log[-1].startswith(said), node.log[before:]
    assert node.log[-1].isprintable() and client.echo(node.address)


def test_who_knocks_and_goes_is_no_line(node):
    """A port that is only tried, as monitors of hospitals do every minute, fills no log."""
    before = len(node.log)
    socket.create_connection(("127.0.0.1", node.address.port), timeout=10).close()
    assert client.echo(node.address) and node.log[before:] == ["READINGROOM: echo"]


KEEPS = """
import sys
from readingroom.node.spool import Spool
spool = Spool(sys.argv[1])
for number in range(100000):
    raw = str(number).encode() * 200
    spool.keep(raw, raw, f"1.2.{number}", f"1.{number % 7}", "p", "S")
    print(number, flush=True)
"""


def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path):
    """Killed without warning while it accepts: each film it had acknowledged is there, whole."""
    with subprocess.Popen([sys.executable, "-c", KEEPS, str(tmp_path)], stdout=subprocess.PIPE,
                          text=True) as process:  # fmt: skip
        said = [next(process.stdout) for _ in range(40)]
        process.send_signal(signal.SIGKILL)
        said += [line for line in process.stdout if line.endswith("\n")]
    acknowledged = [int(line) for line in said]
    (tmp_path / "films" / ".half.dcm.1-2.part").write_bytes(b"half")
    spool = Spool(tmp_path)
    assert not list((tmp_path / "films").glob(".*.part"))
    assert spool.counts()["films received"] in (len(acknowledged), len(acknowledged) + 1)
    order = []
    while film := spool.next_film():
        number = int(film.uid.rsplit(".", 1)[1])
        assert spool.path("films", film.uid).read_bytes() == str(number).encode() * 200
        order.append(number)
        spool.refuse(film, "read")
    assert order[: len(acknowledged)] == acknowledged
    spool.close()


def test_the_journal_knows_a_repeat(tmp_path):
    """New, the same again, and other content under the same number."""
    spool = Spool(tmp_path)
    assert spool.keep(b"a", b"a", "1", "2", "p", "S") == NEW
    assert spool.keep(b"a", b"a", "1", "2", "p", "S") == REPEAT
    assert spool.keep(b"b", b"b", "1", "2", "p", "S") == OTHER
    assert spool.path("films", "1").read_bytes() == b"a"
    spool.close()


def test_an_answer_is_kept_whole_or_not_at_all(tmp_path, monkeypatch):
    """If one of three results cannot be written, none is in the journal and the film waits."""
    from readingroom import files

    spool = Spool(tmp_path)
    spool.keep(b"a", b"a", "1", "2", "p", "S")
    film, written = spool.next_film(), files.write_bytes

    def third(target, raw):
        if raw == b"3":
            raise OSError(28, "No space left on device")
        written(target, raw)

    three = [("SR", "1.1", b"1"), ("SEG", "1.2", b"2"), ("SC", "1.3", b"3")]
    with monkeypatch.context() as full:
        full.setattr(files, "write_bytes", third)
        with pytest.raises(OSError):
            spool.answer(film, three)
    assert spool.waiting() == [] and spool.next_film() == film
    spool.answer(film, three)
    assert [result.kind for result in spool.waiting()] == ["SR", "SEG", "SC"]
    spool.close()


@settings(max_examples=200)
@given(uid=st.text())
def test_no_number_makes_a_path(uid):
    """Whatever a UID holds, its file's name is hexadecimal digits."""
    assert set(digest(uid)) <= set("0123456789abcdef") and len(digest(uid)) == 64
