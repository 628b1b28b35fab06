"""What a class shares, made once from the course's own cells: stored results, modules, seconds.

The learner's notebook as the course gives it out is run with nothing filled in, in the same
sandbox. So what is kept holds no answer, and results made after a carried value are not kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
import time
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path

from filelock import FileLock, Timeout

from readingroom import files, places
from readingroom.catalogue import Lesson, find
from readingroom.data import DataError, cohorts, supply
from readingroom.grading import rebuild, sandbox, wire
from readingroom.grading.execution import Told
from readingroom.grading.limits import Limits
from readingroom.grading.rebuild import release
from readingroom.grading.room import Room, RoomError
from readingroom.kernel.store import VERSIONED
from readingroom.nbformats import nbformat
from readingroom.questions import exercises, manifest

FIRST = ["IPython.core.interactiveshell", "numpy", "readingroom.kernel.session"]
SECONDS = 900.0
KEPT_SECONDS = 7 * 24 * 3600
FINISHED = "prepared.json"
FORM = 3  # of what is prepared; a new number makes everything anew
UNBOUNDED = Limits(cell_seconds=SECONDS, memory=8_000_000_000, disk=1_000_000_000, processes=512)


class PreparationError(RuntimeError):
    """A lesson cannot be graded here; the message says why."""


@dataclass
class Prepared:
    """A lesson ready to be graded with one kind of films."""

    lesson: Lesson
    cohort: str
    folder: Path
    seed: int
    hidden: list[Path] = field(default_factory=list)

    @cached_property
    def told(self) -> Told:
        """What a run is told of the lesson; to work it out takes about a second."""
        number = self.lesson.number
        return Told(
            manifest.kinds(number),
            manifest.carried(number, self.cohort),
            manifest.inputs(number, self.seed),
            json.loads((self.folder / FINISHED).read_text("utf-8")),
        )

    def room(self, protected: bool = True) -> Room:
        """A sandbox for its submissions."""
        view = sandbox.View(self.folder, sandbox.films(), self.hidden)
        return Room(view, sandbox.environment(self.cohort), protected)


def _digest_of_package() -> bytes:
    digest = hashlib.sha256()
    for place, part in sandbox.package().items():
        if place.name in ("grading", "cli"):  # they run a lesson and are no part of it
            continue
        for path in sorted([part, *part.rglob("*")] if part.is_dir() else [part]):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.as_posix().encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()


@cache
def fingerprint(number: str) -> str:
    """Names the course as it is: release, package, its checks and the versions it runs on."""
    digest = hashlib.sha256(_digest_of_package())
    digest.update(nbformat.writes(release(number)).encode())
    checks = Path(exercises.module(number).__file__)
    digest.update(checks.read_bytes())
    versions = [f"{name} {metadata.version(name)}" for name in VERSIONED]
    digest.update(repr([FORM, sys.version, versions]).encode())
    return digest.hexdigest()[:24]


def secure_films(lesson: Lesson, cohort: str) -> None:
    """Have the films ready, since a sandbox cannot fetch or keep any.

    Raises
    ------
    PreparationError
        They cannot be had here.
    """
    try:
        if cohort == "real":
            for need in lesson.needs:
                supply.secure(*((need,) if isinstance(need, str) else need))
            return
        for name, size in lesson.cohorts:
            cohorts.load(name, size, mode=cohort)
    except DataError as error:
        raise PreparationError(
            f"The {cohort} films of lesson {lesson.number} cannot be had here: {error}"
        ) from error


def prepare(
    number: str, cohort: str, seed: int, hidden: list[Path], protected: bool = True
) -> Prepared:
    """Make ready what all submissions of a lesson share, or find it as made before.

    Parameters
    ----------
    number : str
        The lesson.
    cohort : str
        ``real`` or ``simulated``.
    seed : int
        Draws the inputs of function answers.
    hidden : list of Path
        Folders that no sandbox may see.
    protected : bool
        With walls.

    Raises
    ------
    PreparationError
        The lesson does not run here.
    """
    lesson = find(number)
    name = f"{lesson.slug}-{cohort}-{fingerprint(number)}"
    folder = places.home() / "grading" / (name if protected else f"{name}-unprotected")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f".{folder.name}.lock")):  # other workers share this home
        secure_films(lesson, cohort)
        _sweep(folder)
        if not (folder / FINISHED).is_file():
            _make(lesson, cohort, folder, hidden, protected)
    return Prepared(lesson, cohort, folder, seed, hidden)


def _sweep(folder: Path) -> None:
    """Remove drafts of graders that were killed while preparing: nobody holds their lock."""
    for left in folder.parent.glob(".*.[0-9]*"):
        kind = left.name[1:].rpartition(".")[0]
        with contextlib.suppress(Timeout), contextlib.ExitStack() as held:
            if kind != folder.name:  # whose lock is ours
                lock = FileLock(folder.with_name(f".{kind}.lock"), timeout=0)
                held.enter_context(lock)
            shutil.rmtree(left, ignore_errors=True)


def _make(lesson: Lesson, cohort: str, folder: Path, hidden: list[Path], protected: bool) -> None:
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    for part in ("store", "matplotlib"):
        (draft / part).mkdir(parents=True)
    files.write_text(draft / "modules.json", json.dumps(FIRST))
    try:
        seconds, plan, modules = _first_run(lesson, cohort, draft, hidden, protected)
        files.write_text(draft / "plan.json", json.dumps(plan))
        files.write_text(draft / "modules.json", json.dumps(modules))
        for made in ("worker.log", "desks", "course"):
            path = draft / made
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        files.write_text(draft / FINISHED, json.dumps(seconds, indent=1))
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
        _tidy(folder)
    except (RoomError, wire.WireError) as error:
        raise PreparationError(f"Lesson {lesson.number} could not be prepared: {error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _tidy(folder: Path) -> None:
    """Remove what earlier versions of the course left, unless a grader may still be using it."""
    kind = folder.name.rsplit("-", 1)[0]
    for old in folder.parent.glob(f"{kind}-*"):
        if old != folder and time.time() - old.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(old, ignore_errors=True)


def _first_run(
    lesson: Lesson, cohort: str, draft: Path, hidden: list[Path], protected: bool
) -> tuple[dict[str, float], list[dict], list[str]]:
    """Run the release with nothing filled in; seconds, what each cell did, modules it loaded."""
    given = {**sandbox.environment(cohort), "READINGROOM_TRUSTED": "yes"}
    store = str(sandbox.SHARED / "store" if protected else draft / "store")
    view = sandbox.View(draft, sandbox.films(), hidden, writable=True)
    room = Room(view, given, protected)
    try:
        with room.visit(UNBOUNDED) as visit:
            first = {"run": _keep_in(store), "kinds": manifest.kinds(lesson.number)}
            _asked(visit, first, lesson)
            seconds, plan = _run_cells(visit, lesson, cohort)
            loaded = _asked(visit, {"run": "", "modules": True}, lesson)["modules"]
    finally:
        room.close()
    return seconds, plan, _worth_loading(loaded)


def _keep_in(store: str) -> str:
    return f"import os\nos.environ['READINGROOM_STORE'] = {store!r}"


def _run_cells(visit, lesson: Lesson, cohort: str) -> tuple[dict[str, float], list[dict]]:
    carry, inputs = manifest.carried(lesson.number, cohort), manifest.inputs(lesson.number)
    seconds, plan, passed = {}, [], set()
    for cell in rebuild.code(release(lesson.number)):
        message: dict = {"run": cell.source, "inputs": inputs, "trace": True}
        due = [slug for slug in carry if f"check-{slug}" in passed]
        if due:
            # what follows from a carried value might tell it, so it is no longer shared
            message["carry"] = {slug: carry.pop(slug) for slug in due}
            _asked(visit, {"run": _keep_in("/tmp/readingroom")}, lesson)
        start = time.monotonic()
        found = _asked(visit, message, lesson)
        seconds[cell.id] = round(time.monotonic() - start, 3)
        locked = rebuild.role_of(cell) == rebuild.LOCKED
        facts = {"name": cell.id, "source": cell.source, "locked": locked}
        plan.append({**facts, **found["told"]})
        passed.add(cell.id)
        if found.get("error"):
            told = f"{found['error']['type']}: {found['error']['says']}"
            raise PreparationError(
                f"Lesson {lesson.number} does not run here with {cohort} films: its own cell "
                f"{cell.id} stopped with {told}"
            )
    return seconds, plan


def _asked(visit, message: dict, lesson: Lesson) -> dict:
    visit.ask(message)
    return visit.reply(SECONDS, UNBOUNDED.message)


def _worth_loading(loaded: list[str]) -> list[str]:
    """Modules to load before any submission: all that the lesson's own cells loaded."""
    return [name for name in loaded if not name.startswith("_") and name != "__main__"]
