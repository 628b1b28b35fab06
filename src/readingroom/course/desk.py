"""The learner's desk: a working copy of the lessons, and JupyterLab open on one of them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from readingroom.course import contents, progress
from readingroom.course.lessons import Lesson, catalogue, find
from readingroom.exam import pages

DEFAULT_FOLDER = "reading-room"
# Switches off what only gets in a learner's way: the question about news from Jupyter, which no
# flag of JupyterLab suppresses, and nbgrader's panel for teachers.
QUIET = Path(__file__).with_name("lab")


def working_copy(folder: Path) -> list[Path]:
    """Copy each lesson that is not there yet; what the learner has edited is never touched.

    Parameters
    ----------
    folder : Path
        Made if it does not exist.

    Returns
    -------
    list of Path
        The notebooks that were copied now.
    """
    copied = []
    for lesson in catalogue().values():
        source, target = lesson.notebook("lessons"), folder / f"{lesson.slug}.ipynb"
        if source.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            waiting = target.with_suffix(".part")
            shutil.copyfile(source, waiting)
            waiting.replace(target)
            copied.append(target)
    return copied


def lay_out(folder: Path) -> Path:
    """Put the pages beside the lessons: both tests where missing, and the contents page anew."""
    pages.write(folder)
    return contents.write(folder)


def where_i_stopped() -> Lesson:
    """The lesson to go on with: worked on last and not complete, else the next in the course."""
    found = contents.next_lesson()
    if found:
        return found
    last = progress.load().get("last")
    known = catalogue()
    return known[last] if last in known else next(iter(known.values()))


def open_lab(folder: Path, notebook: Path, *, cohort: str | None, port: int, browser: bool) -> int:
    """Start JupyterLab on 127.0.0.1 with a token, open on a notebook; returns its exit code.

    Parameters
    ----------
    folder : Path
        What JupyterLab shows.
    notebook : Path
        What it opens.
    cohort : str or None
        ``READINGROOM_COHORT`` for its kernels.
    port : int
        First port to try; the next free one is taken.
    browser : bool
        Open the learner's browser.
    """
    # so that a command typed in a terminal of JupyterLab means this working copy
    environment = {**os.environ, "READINGROOM_DESK": str(folder)}
    if cohort:
        environment["READINGROOM_COHORT"] = cohort
    paths = [str(QUIET), environment.get("JUPYTER_CONFIG_PATH", "")]
    environment["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
    command = [
        sys.executable, "-m", "jupyterlab",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{notebook.relative_to(folder).as_posix()}",
        f"--ServerApp.open_browser={browser}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # a container; the server still listens to 127.0.0.1 only

    def told_to_stop(*_: object) -> None:
        raise KeyboardInterrupt

    server = subprocess.Popen(command, env=environment, cwd=folder)
    signal.signal(signal.SIGTERM, told_to_stop)  # as Ctrl+C: JupyterLab must not stay behind
    try:
        return server.wait()
    except KeyboardInterrupt:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
        return 0


def fetch_for(lesson: Lesson, cohort: str | None) -> str:
    """Make a lesson's films ready before JupyterLab opens; returns real, simulated or a name."""
    from readingroom import data

    return data.choose(list(lesson.cohorts), wanted=cohort)


def prepare(lesson: Lesson, cohort: str | None) -> str:
    """Make a lesson's films ready for a later start, whatever another lesson of this run took."""
    from readingroom import data

    data.forget()
    mode = fetch_for(lesson, cohort)
    for name, size in lesson.cohorts:
        data.load(name, size=size)  # simulated patients are drawn now, not while a learner waits
    return mode


def resolve(name: str | None) -> Lesson:
    """The lesson asked for, or where the learner stopped."""
    return find(name) if name else where_i_stopped()


def default_folder() -> Path:
    """Where the working copy lies unless the learner names another place."""
    named = os.environ.get("READINGROOM_DESK")
    return Path(named).expanduser() if named else Path.home() / DEFAULT_FOLDER


def disk_free(folder: Path) -> int:
    """Free bytes where `folder` lies or will lie."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
