"""What every test may rely on: a home of its own, and the real films where a mirror is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


def mirror() -> Path | None:
    """The folder of real films, if one is named and there."""
    named = os.environ.get("READINGROOM_MIRROR")
    path = Path(named).resolve() if named else None
    return path if path and path.is_dir() else None


def pytest_configure(config: pytest.Config) -> None:
    """A kernel runs in a folder of its own, so a relative mirror must be made absolute."""
    if mirror():
        os.environ["READINGROOM_MIRROR"] = str(mirror())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of real films skip with their reason where there are none."""
    if mirror() is None:
        reason = "READINGROOM_MIRROR names no folder with real films"
        for item in items:
            if "real" in item.keywords:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for the session, so that simulated patients are drawn once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session", autouse=True)
def _own_home(shared_home: Path):
    """No test reads or writes the home of whoever runs the tests."""
    before = {name: os.environ.get(name) for name in ("READINGROOM_HOME", "READINGROOM_DESK")}
    os.environ["READINGROOM_HOME"] = str(shared_home)
    os.environ["READINGROOM_DESK"] = str(shared_home / "desk")
    yield
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture
def repository() -> Path:
    """The checkout."""
    return REPOSITORY
