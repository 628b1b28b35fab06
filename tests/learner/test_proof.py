"""The line of a certificate: whole it verifies, changed it does not, and it says what it proves."""

from __future__ import annotations

import textwrap
from datetime import date

import pytest
from hypothesis import given, settings, strategies as st
from typer.testing import CliRunner

from readingroom import __version__
from readingroom.catalogue import catalogue
from readingroom.cli import app
from readingroom.kernel import keeping, progress
from readingroom.learner import certificate, luggage, plan, proof, tracks

FIRST = next(iter(catalogue()))


@pytest.fixture(autouse=True)
def _own_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("READINGROOM_PROGRESS", str(tmp_path / "kept"))


def _pass(number, mode="simulated"):
    for task in plan.of_lesson(number).tasks:
        progress.note(number, task.slug, task.points, task.points, mode)


def _line(name="Åsa O'Neil"):
    _pass(FIRST)
    return certificate.gather(name, date(2026, 3, 4)).line()


def _told(*typed):
    return CliRunner().invoke(app, ["certificate", *map(str, typed)])


def test_a_line_states_what_the_page_states():
    """Name, day, version, films and each lesson's points come back from the line."""
    found = proof.read(_line())
    assert (found.name, found.issued, found.version) == ("Åsa O'Neil", "2026-03-04", __version__)
    tasks = plan.of_lesson(FIRST).tasks
    assert found.lessons == ((FIRST, len(tasks), len(tasks), plan.of_lesson(FIRST).points),)
    assert found.films == "simulated" and found.record == proof.digest(progress.load())


def test_a_line_survives_copying_from_the_page():
    """As it is broken over the lines of the PDF, with blanks added, it still verifies."""
    line = _line("A. B. van der Learner | x")
    broken = "\n".join(f"  {part}  " for part in textwrap.wrap(line, 40, break_on_hyphens=False))
    assert proof.read(broken) == proof.read(line)


@given(place=st.integers(0, 10_000), sign=st.sampled_from("0123456789abcxyz"))
@settings(max_examples=60)
def test_one_sign_changed_is_noticed(place, sign):
    """Whichever sign is exchanged for another one, the line no longer verifies."""
    stated = proof.Stated("A", "2026-03-04", "1.0", "real", (("00", 1, 8, 2.0),), "0" * 16)
    line = proof.line(stated)
    place %= len(line)
    if not line[place].isspace() and line[place] != sign:
        with pytest.raises(proof.ProofError):
            proof.read(line[:place] + sign + line[place + 1 :])


@pytest.mark.parametrize(
    "typed", ["", "x", "READING-ROOM-1", "| | | | | | |", "a" * 9000, "\x00", "READING-ROOM-1|" * 8]
)
def test_what_is_no_line_is_one_sentence(typed):
    """The command ends with one plain sentence and a non-zero code."""
    done = _told("--verify", typed)
    assert done.exit_code == 1 and done.stderr.count("\n") == 1 and "Traceback" not in done.output


def test_a_forged_line_with_nonsense_in_it_is_refused():
    """A check sum that fits does not make a lesson of nonsense, or more passed than there are."""
    made = ("A", "2026-03-04", "1.0", "real")
    for lessons, record in (((("00", 9, 8, 2.0),), "0" * 16), ((("00", 1, 8, 2.0),), "nothing")):
        with pytest.raises(proof.ProofError):
            proof.read(proof.line(proof.Stated(*made, lessons, record)))
    with pytest.raises(proof.ProofError, match="no date"):
        proof.read(
            proof.line(proof.Stated("A", "soon", "1", "real", (("00", 1, 8, 2.0),), "0" * 16))
        )


def test_the_record_is_compared(tmp_path):
    """The learner's own file verifies, packed or not; another one, or one gone on, does not."""
    line = _line()
    record = keeping.folder() / progress.NAME
    packed = tmp_path / luggage.FILE
    luggage.pack(tmp_path, packed)
    for path in (record, packed):
        done = _told("--verify", line, "--record", path)
        assert done.exit_code == 0 and "comes from this record" in done.stdout
    _pass("04")
    assert "not made of this record" in _told("--verify", line, "--record", record).stderr
    (tmp_path / "odd.json").write_text("[1]")
    for name, says in (("odd.json", "no record"), ("gone.json", "no file")):
        done = _told("--verify", line, "--record", tmp_path / name)
        assert done.exit_code == 1 and says in done.stderr


def test_the_command_says_what_the_line_does_not_prove():
    """Verified without a record: the facts, in words, and the limits in the same breath."""
    done = _told("--verify", _line())
    assert done.exit_code == 0 and catalogue()[FIRST].title in done.stdout
    assert "does not prove who did the exercises" in done.stdout
    assert "--name" in _told("--record", "x").stderr


def test_the_page_holds_tracks_hours_and_the_line():
    """Complete tracks by name, the stated hours of complete lessons, the line and its limits."""
    way = tracks.find("users")
    for number in way.lessons:
        _pass(number, "real")
    found = certificate.gather("A. Learner")
    words = "\n".join(text for _, text in certificate.lines(found))
    minutes = sum(catalogue()[number].minutes for number in way.lessons)
    assert found.tracks[0] == way.title and tracks.find("developers").title not in found.tracks
    assert f"{minutes / 60:.1f} hours" in words and found.line() in words and proof.LIMITS in words
