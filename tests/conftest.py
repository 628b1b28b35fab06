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
    """Kernels and commands test the checkout too, and find a mirror from any folder."""
    path = [str(REPOSITORY / "src"), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, path))
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


MODES = [pytest.param("real", marks=pytest.mark.real), "simulated"]


class Runs:
    """Every lesson's solved notebook, executed once in each mode for the whole session."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._done: dict[tuple[str, str], object] = {}

    @property
    def store(self) -> Path:
        """Where `once` keeps results, so that no later kernel trains again."""
        return self.folder / "store"

    def environment(self, mode: str) -> dict[str, str]:
        """What a kernel of this session needs to go on from the run."""
        return {
            "READINGROOM_STORE": str(self.store),
            "READINGROOM_PROGRESS": str(self.folder),
            "READINGROOM_COHORT": mode,
            "PYTHONWARNINGS": "ignore",
        }

    def notebook(self, number: str, mode: str) -> Path:
        """The executed notebook of a lesson."""
        from readingroom.course.lessons import find

        self.result(number, mode)
        return self.folder / mode / f"{find(number).slug}.ipynb"

    def result(self, number: str, mode: str):
        """The rehearsal of a lesson; made when first asked for."""
        from readingroom.course.lessons import find
        from readingroom.course.rehearsal import rehearse

        if (number, mode) not in self._done:
            lesson = find(number)
            keep = self.folder / mode / f"{lesson.slug}.ipynb"
            extra = self.environment(mode)
            self._done[number, mode] = rehearse(lesson, mode, keep=keep, extra=extra)
        return self._done[number, mode]


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """The one run of each lesson and mode that everything else reads from."""
    return Runs(tmp_path_factory.mktemp("runs"))
