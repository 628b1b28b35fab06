"""A learner of their own for each test, with every lesson of the first release at hand."""

from __future__ import annotations

import pytest

from readingroom.exam import blueprint


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    """The folder in which this test's learner keeps results."""
    monkeypatch.setenv("READINGROOM_PROGRESS", str(tmp_path / "kept"))
    monkeypatch.delenv("READINGROOM_CODE", raising=False)
    return tmp_path / "kept"


@pytest.fixture
def first_release(monkeypatch):
    """Lessons 00 to 06 are there."""
    monkeypatch.setattr(blueprint, "catalogue", lambda: {f"0{i}": None for i in range(7)})
