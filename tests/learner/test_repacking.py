"""What was installed becomes a wheel that installs the same again."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from readingroom.learner import repacking
from tests.learner.test_bundle import stub

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet",
       "--no-deps", "--no-index"]  # fmt: skip


def installed(wheel: Path, place: Path) -> Distribution:
    """Install a wheel into a folder of its own."""
    subprocess.run([*PIP, "--target", str(place), str(wheel)], check=True)
    return next(Distribution.discover(name="readingroom", path=[str(place)]))


def test_a_repacked_installation_installs_again(tmp_path: Path) -> None:
    """Files, version and needs come back; pip's notes and Python's caches stay behind."""
    first = stub(tmp_path, "readingroom", "1.2", ("numpy",))
    with zipfile.ZipFile(first, "a") as wheel:
        wheel.writestr("readingroom/__init__.py", "said = 'hello'\n")
        wheel.writestr("readingroom/_course/lesson.ipynb", "{}")
    before = installed(first, tmp_path / "one")
    (tmp_path / "again").mkdir()
    made = repacking.repack(tmp_path / "again", before)
    assert made.name == first.name
    names = zipfile.ZipFile(made).namelist()
    assert not [name for name in names if "__pycache__" in name or name.endswith("INSTALLER")]
    after = installed(made, tmp_path / "two")
    assert (after.version, after.requires) == ("1.2", ["numpy"])
    for name in ("__init__.py", "_course/lesson.ipynb"):
        assert (tmp_path / "two" / "readingroom" / name).read_bytes() == (
            tmp_path / "one" / "readingroom" / name
        ).read_bytes()


def test_an_installation_without_a_record_is_refused(tmp_path: Path) -> None:
    """Nothing half is packed where the list of files is gone."""
    found = installed(stub(tmp_path, "readingroom", "1.2"), tmp_path / "one")
    (next((tmp_path / "one").glob("*.dist-info")) / "RECORD").unlink()
    with pytest.raises(LookupError):
        repacking.repack(tmp_path, found)
