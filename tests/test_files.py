"""Files are written whole or not at all, whatever stops the writing."""

from __future__ import annotations

import json
import threading

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
