"""Files are written whole or not at all, whatever stops the writing."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest

from readingroom import files


@pytest.mark.parametrize(
    ("write", "content", "read"),
    [
        (files.write_bytes, b"\x00\r\n", lambda p: p.read_bytes()),
        (files.write_text, "Größe\r\nzwei\n", lambda p: p.read_bytes().decode("utf-8")),
        (files.write_json, {"b": [1], "a": None}, lambda p: json.loads(p.read_text("utf-8"))),
    ],
)
def test_what_is_written_is_read_again(tmp_path, write, content, read):
    """An older file is replaced, line ends stay, and nothing else lies beside it."""
    target = tmp_path / "kept"
    target.write_text("old", "utf-8")
    write(target, content)
    assert read(target) == content and list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("packed", [True, False])
def test_arrays_are_read_again(tmp_path, packed):
    """Packed or not, each array comes back as it was."""
    files.write_npz(tmp_path / "a.npz", {"x": np.arange(5), "y": np.array("text")}, packed=packed)
    with np.load(tmp_path / "a.npz", allow_pickle=False) as kept:
        assert kept["x"].tolist() == [0, 1, 2, 3, 4] and str(kept["y"]) == "text"


def test_a_cut_leaves_the_old_file_and_no_rest(tmp_path):
    """Half a file never takes the place of a whole one, and is swept up."""
    target = tmp_path / "kept"
    target.write_text("old", "utf-8")
    with pytest.raises(OSError, match="full"), files.replacing(target) as draft:
        draft.write_text("ha", "utf-8")
        raise OSError("the disk is full")
    assert target.read_text("utf-8") == "old" and list(tmp_path.iterdir()) == [target]


def test_a_draft_lies_beside_its_target_under_a_name_of_its_own(tmp_path):
    """Renaming needs one file system, and sweepers know a rest by its ending."""
    with files.replacing(tmp_path / "kept.json") as draft:
        assert draft.parent == tmp_path and draft.match(".kept.json.*.part")
        draft.write_text("new", "utf-8")


def test_two_threads_may_write_the_same_file(tmp_path):
    """Whoever reads sees one of the two texts whole, and no writer fails."""
    texts, failures = ["a" * 50_000, "b" * 50_000], []

    def write(text):
        try:
            for _ in range(20):
                files.write_text(tmp_path / "kept", text)
        except OSError as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures and (tmp_path / "kept").read_text("utf-8") in texts


def test_a_page_that_was_filled_in_is_kept_aside(tmp_path):
    """Writing a card again costs no answer that somebody wrote into an older one."""
    page = tmp_path / "card.md"
    for text in ("stub", "stub", "my answers", "more of mine"):
        files.give(page, "stub")
        page.write_text(text)
    files.give(page, "stub")
    kept = sorted(path.read_text() for path in tmp_path.glob("card.before*.md"))
    assert page.read_text() == "stub" and kept == ["more of mine", "my answers"]


def test_a_result_is_kept_from_what_is_read_and_from_other_kinds(tmp_path):
    """Also under another name of the same file; a new name, and an older result, may be used."""
    read, old = tmp_path / "read.json", tmp_path / "old.json"
    read.write_text("{}"), old.write_text("{}")
    link = tmp_path / "link.json"
    link.symlink_to(read)
    assert "what is read" in files.kept_from(link, ".json", None, read)
    assert "no .json file" in files.kept_from(Path(__file__), ".json")
    assert files.kept_from(old, ".json", read) == files.kept_from(tmp_path / "new", ".json") == ""


def _given(folder, name="page.html", *texts):
    for text in texts:
        files.give(folder / name, text)
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_what_somebody_put_there_is_kept_and_told(tmp_path):
    """The result takes the name, what lay there keeps its words, and equal runs add nothing."""
    (tmp_path / "page.html").write_text("mine")
    said = files.give(tmp_path / "page.html", "ours")
    assert said.endswith("page.html is kept as page.before.html.")
    assert files.give(tmp_path / "page.html", "ours") == ""
    kept = {"page.html": "newer", "page.before.html": "mine", "page.before-2.html": "ours"}
    assert _given(tmp_path, "page.html", "newer") == kept


@pytest.mark.parametrize("name", ["t.csv", "t.pdf", "t.png", "t.json", "t.zip", "t.html"])
def test_the_number_of_a_kept_file_stands_before_its_ending(tmp_path, name):
    """A kept table opens in what opens tables."""
    end = Path(name).suffix
    assert set(_given(tmp_path, name, "1", "2", "3")) == {
        name, f"t.before{end}", f"t.before-2{end}"
    }  # fmt: skip


def test_an_empty_file_a_link_and_a_folder_in_the_place_of_a_result(tmp_path):
    """Nothing is kept of nothing, a link goes on leading where it led, a folder is refused."""
    (tmp_path / "empty.csv").touch()
    assert files.give(tmp_path / "empty.csv", "x") == ""
    (tmp_path / "link.csv").symlink_to(tmp_path / "empty.csv")
    assert files.give(tmp_path / "link.csv", "y")
    assert (tmp_path / "link.csv").is_symlink() and (tmp_path / "empty.csv").read_text() == "y"
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(IsADirectoryError):
        files.give(tmp_path / "folder.csv", "z")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "empty.before.csv", "empty.csv", "folder.csv", "link.csv"
    ]  # fmt: skip
