"""The `readingroom data` verbs: help with an example, one sentence and a code on failure."""

import json

import pytest
from typer.testing import CliRunner

from readingroom.data import home
from readingroom.data.commands import app


def run(*words):
    return CliRunner().invoke(app, [str(w) for w in words], prog_name="readingroom data")


@pytest.fixture
def tiny_listed(listed, monkeypatch):
    """The command works on the test's own registry."""
    monkeypatch.setattr("readingroom.data.registry.shipped", lambda: listed.path)
    return listed


@pytest.mark.parametrize("verb", ["list", "fetch", "verify", "add", "forget"])
def test_help_shows_an_example(verb):
    """Every verb explains itself with a line to copy."""
    out = run(verb, "--help")
    assert out.exit_code == 0 and "Example: readingroom data" in out.output


def test_list_as_text_and_json(tiny_listed, tmp_path):
    """The list names each set, and its JSON is a list of objects."""
    out = run("list", "--json", tmp_path / "sets.json")
    assert out.exit_code == 0 and "Tiny set" in out.output
    (row,) = json.loads((tmp_path / "sets.json").read_text())
    assert row["name"] == "tiny" and row["sizes"] == [28] and row["ready"] is False


def test_list_that_cannot_write_its_file(tiny_listed, tmp_path):
    """A folder that does not exist is one sentence and exit code 1."""
    out = run("list", "--json", tmp_path / "none" / "sets.json")
    assert out.exit_code == 1 and "Cannot write" in out.stderr and "Traceback" not in out.output


def test_fetch_verify_and_damage(tiny_listed):
    """Fetched is verified; damaged afterwards, verify says so and exits with 1."""
    out = run("fetch", "tiny")
    assert out.exit_code == 0 and "1 file fetched from its origin, verified" in out.output
    assert "already here" in run("fetch", "tiny").output
    assert run("verify").exit_code == 0
    kept = home.cache() / "tiny/films.npz"
    kept.write_bytes(b"rotten")
    out = run("verify", "tiny")
    assert out.exit_code == 1 and "damaged" in out.stdout and "1 file is not" in out.stderr
    assert kept.read_bytes() == b"rotten"


def test_sets_that_are_not_fetched():
    """What the learner downloads is a refusal with the way to do it; tables need nothing."""
    out = run("fetch", "shenzhen")
    assert out.exit_code == 1 and "you download it yourself" in out.stderr
    out = run("fetch", "tables")
    assert out.exit_code == 0 and "nothing to fetch" in out.stdout


@pytest.mark.parametrize("words", [["fetch", "nothing"], ["verify", "nothing"]])
def test_unknown_set_is_one_sentence(tiny_listed, words):
    """A typo ends in one sentence on the error stream."""
    out = run(*words)
    assert out.exit_code == 1 and len(out.stderr.strip().splitlines()) == 1


def test_fetch_without_network_is_one_sentence(tiny_listed, monkeypatch):
    """Offline, fetch says how to do it by hand and exits with 1."""
    monkeypatch.setenv("READINGROOM_OFFLINE", "1")
    out = run("fetch", "tiny")
    assert out.exit_code == 1 and "with a browser" in out.stderr
    assert len(out.stderr.strip().splitlines()) == 1
