"""A learner's work leaves and comes back as one file, and a strange file changes nothing."""

from __future__ import annotations

import json
import zipfile

import pytest

from readingroom.catalogue import find
from readingroom.kernel import progress
from readingroom.learner import luggage

NAME = f"{find('03').slug}.ipynb"


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A working copy with one lesson answered, and progress of its own."""
    monkeypatch.setenv("READINGROOM_PROGRESS", str(tmp_path / "home"))
    progress.note("03", "dull-baseline", 2, 2, "real")
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / NAME).write_text('{"cells": ["mine"]}', "utf-8")
    return folder


@pytest.mark.parametrize("inner", [False, True])
def test_work_goes_and_comes_back(desk, tmp_path, monkeypatch, inner):
    """On a machine that knows nothing, lessons and progress are as they were, folders or not."""
    packed = tmp_path / luggage.FILE
    assert set(luggage.pack(desk, packed)[0]) == {progress.NAME, NAME}
    monkeypatch.setenv("READINGROOM_PROGRESS", str(tmp_path / "other"))
    there = tmp_path / "elsewhere"
    place = there / find("03").slug / NAME if inner else there / NAME
    place.parent.mkdir(parents=True)
    place.write_text('{"cells": []}', "utf-8")
    luggage.unpack(packed, there)
    assert json.loads(place.read_text("utf-8")) == {"cells": ["mine"]}
    kept = [path for path in place.parent.iterdir() if ".before" in path.name]
    assert [json.loads(path.read_text("utf-8")) for path in kept] == [{"cells": []}]
    assert progress.load()["lessons"]["03"]["dull-baseline"]["points"] == 2


def _zip(path, **members):
    with zipfile.ZipFile(path, "w") as out:
        for name, content in members.items():
            out.writestr(name.replace("__", "/"), content)


@pytest.mark.parametrize(
    "write, said",
    [
        (lambda path: None, "There is no file"),
        (lambda path: path.write_bytes(b"no zip"), "is damaged"),
        (lambda path: _zip(path, evil__x="{}"), "was not written by"),
        (lambda path: _zip(path, **{"..__..__x.ipynb": "{}"}), "was not written by"),
        (lambda path: _zip(path, **{progress.NAME: "{"}), "is damaged"),
    ],
)
def test_a_strange_file_changes_nothing(desk, tmp_path, monkeypatch, capsys, write, said):
    """One plain sentence, and lesson and progress stay."""
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    write(desk / luggage.FILE)
    monkeypatch.chdir(desk)
    luggage.bring_back()
    assert said in capsys.readouterr().out
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    after.pop(desk / luggage.FILE, None)
    assert after == before
