"""What every test may rely on: a home of its own, and the real films where a mirror is named."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from tests.suite import kernels, plan, summary, warm

REPOSITORY = Path(__file__).resolve().parents[1]


def mirror() -> Path | None:
    """The folder of real films, if one is named and there."""
    named = os.environ.get("READINGROOM_MIRROR")
    path = Path(named).resolve() if named else None
    return path if path and path.is_dir() else None


# Machines differ threefold, and a busy one stalls any example: seconds are measured elsewhere. Who
# lands a change gets the examples that he tried; `--hypothesis-profile hunt` draws new ones.
SLOW = (HealthCheck.too_slow,)
settings.register_profile("hunt", deadline=None, suppress_health_check=SLOW)
settings.register_profile("same", settings.get_profile("hunt"), derandomize=True)
settings.load_profile("same")


def pytest_configure(config: pytest.Config) -> None:
    """Kernels and commands test the checkout too, and find a mirror from any folder."""
    path = [str(REPOSITORY / "src"), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, path))
    if mirror():
        os.environ["READINGROOM_MIRROR"] = str(mirror())
    if not hasattr(config, "workerinput"):  # workers take over what is set here
        kernels.count_them()
    if "PYTEST_XDIST_WORKER" in os.environ:
        # two trainings side by side, each with a thread for every core, slow each other manyfold
        for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
            os.environ[name] = "1"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A session that started a kernel too many has failed."""
    if not hasattr(session.config, "workerinput") and plan.beyond(kernels.counted()):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter) -> None:
    """Where the time went, and which kernels nobody has planned."""
    reports = [
        report
        for found in terminalreporter.stats.values()
        for report in found
        if isinstance(report, pytest.TestReport)
    ]
    if reports:
        terminalreporter.section("where the time went")
        terminalreporter.write("\n".join([*summary.lines(reports, kernels.counted()), ""]))
    for sentence in plan.beyond(kernels.counted()):
        terminalreporter.write_line(sentence, red=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Nothing of the count stays on the disk."""
    if not hasattr(config, "workerinput"):
        kernels.forget()


LESSON = re.compile(r"tests/lessons/.*\[(?:[a-z]+-)?(\d\d)\b")


def group(nodeid: str) -> str:
    """What one of several workers does as a whole: a lesson, or a module of tests."""
    found = LESSON.match(nodeid)
    return f"lesson-{found[1]}" if found else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Hand whole groups to workers: `--dist loadgroup` deals single tests out under pytest 9.2
    (pytest-xdist 1386), and two workers then build one module's fixtures."""
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid)

    return Groups(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of real films skip with their reason where there are none; lessons, the longest, go
    first, so that no worker is left alone with one at the end."""
    reason = "READINGROOM_MIRROR names no folder with real films"
    for item in items:
        if mirror() is None and "real" in item.keywords:
            item.add_marker(pytest.mark.skip(reason=reason))
    items.sort(key=lambda item: (not group(item.nodeid).startswith("lesson-"), group(item.nodeid)))


def _of_all_workers(tmp_path_factory: pytest.TempPathFactory, name: str) -> Path:
    """A folder of this session that several workers share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def of_all_workers(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Name a folder of this session; whichever worker asks for it gets the same one."""
    return lambda name: _of_all_workers(tmp_path_factory, name)


@pytest.fixture(scope="session")
def shared_home(of_all_workers: Callable[[str], Path]) -> Path:
    """One home for the session, so that simulated patients are drawn once."""
    return of_all_workers("home")


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

    def __init__(self, folder: Path, warm: kernels.WarmKernel) -> None:
        self.folder, self.warm = folder, warm

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
        }

    def planned(self, name: str, number: str, mode: str = "simulated") -> dict[str, str]:
        """What the kernels of one planned run need; LookupError for a run that is not planned."""
        run = plan.find(name, number, mode)
        return {
            **self.environment(mode),
            kernels.RUN: plan.label(name, number, mode),
            **(self.warm.environment() if run.warm else {}),
        }

    def opened(self, number: str, mode: str) -> Path:
        """Where the run writes down which files of the mirror it opens."""
        return self.folder / f"{number}-{mode}.opened"

    def notebook(self, number: str, mode: str) -> Path:
        """The executed notebook of a lesson."""
        from readingroom.catalogue import find

        self.result(number, mode)
        return self.folder / mode / f"{find(number).slug}.ipynb"

    def result(self, number: str, mode: str):
        """The rehearsal of a lesson; made when first asked for, by whichever worker asks."""
        from readingroom.author.rehearsal import Rehearsal, rehearse
        from readingroom.catalogue import find

        record = self.folder / f"{number}-{mode}.json"
        with FileLock(f"{record}.lock"):
            if not record.is_file():
                keep = self.folder / mode / f"{find(number).slug}.ipynb"
                extra = {**self.planned("solved", number, mode),
                         warm.OPENED: str(self.opened(number, mode))}  # fmt: skip
                found = rehearse(find(number), mode, keep=keep, extra=extra)
                record.write_text(json.dumps(found.as_dict()), "utf-8")
        return Rehearsal(**json.loads(record.read_text("utf-8")))


@pytest.fixture(scope="session")
def warm_kernel() -> Iterator[kernels.WarmKernel]:
    """A kernel that has imported the libraries, to be copied."""
    kernel = kernels.WarmKernel()
    yield kernel
    kernel.stop()


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory, warm_kernel: kernels.WarmKernel) -> Runs:
    """The one run of each lesson and mode that everything else reads from."""
    return Runs(_of_all_workers(tmp_path_factory, "runs"), warm_kernel)
