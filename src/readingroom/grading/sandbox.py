"""The walls around a worker: which files it sees, and the command that builds them (bubblewrap).

The worker sees Python, the libraries, the package without its checks, the films and nothing else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from readingroom import places

COURSE = Path("/course")
SHARED = Path("/shared")
# parts of the package that a submission never sees
HIDDEN = ("checks", "exam", "_course", "__pycache__")
SYSTEM = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin", "/etc/alternatives",
          "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/etc/timezone")  # fmt: skip
MISSING = (
    "Bubblewrap is missing here, so nothing would keep a submission from your files, the answers, "
    "the network or the other submissions. Install it (Linux: apt install bubblewrap) or run with "
    "--unprotected, and then only on notebooks you trust."
)


class NoSandbox(RuntimeError):
    """No sandbox can be had here; the message says what is missing."""


REFUSED = (
    "Bubblewrap is here but may not build its walls: {}. Ask whoever runs this machine to allow "
    "user namespaces, or run with --unprotected, and then only on notebooks you trust."
)
ALONE = ("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts")


@cache
def missing() -> str:
    """Why there are no walls here; an empty text where there are."""
    bwrap = shutil.which("bwrap") if sys.platform == "linux" else None
    if bwrap is None:
        return MISSING
    tried = [bwrap, *ALONE, *_as_user(), "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    done = subprocess.run(tried, capture_output=True, text=True)
    return REFUSED.format(done.stderr.strip()[-200:]) if done.returncode else ""


def available() -> bool:
    """Whether bubblewrap is here and works."""
    return not missing()


def _as_user() -> list[str]:
    return ["--unshare-user"] if os.geteuid() != 0 else []


@dataclass
class View:
    """What a worker sees.

    Attributes
    ----------
    shared : Path
        Folder of what all submissions share: stored results, the list of modules.
    films : list of Path
        Folders of films, in their own places.
    hidden : list of Path
        Folders that must not be seen, wherever they lie.
    writable : bool
        Whether `shared` may be written: only for the course's own run.
    """

    shared: Path
    films: list[Path] = field(default_factory=list)
    hidden: list[Path] = field(default_factory=list)
    writable: bool = False


def films() -> list[Path]:
    """Folders that the course's loaders read: what was fetched or drawn, and a mirror.

    The teacher's own films are not among them: a submission could show them on a page.
    """
    home = places.home()
    folders = [home / name for name in ("data", "simulated")]
    mirror = os.environ.get("READINGROOM_MIRROR")
    folders += [Path(mirror).resolve()] if mirror else []
    return [folder for folder in folders if folder.is_dir()]


def environment(mode: str) -> dict[str, str]:
    """The whole environment of a worker; nothing of the grader's own gets in."""
    mirror = os.environ.get("READINGROOM_MIRROR")
    # one thread each: a server that has started threads cannot be forked safely
    return {
        **({"READINGROOM_MIRROR": str(Path(mirror).resolve())} if mirror else {}),
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "USER": "learner",
        "HOME": "/tmp",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": f"{SHARED}/matplotlib",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PIP_RETRIES": "0",  # there is no network: who left %pip in a cell waits for nothing
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "PYTHONWARNINGS": "ignore",
        "READINGROOM_COHORT": mode,
        "READINGROOM_HOME": str(places.home()),
        "READINGROOM_MODULES": f"{SHARED}/modules.json",
        "READINGROOM_PLAN": f"{SHARED}/plan.json",
        "READINGROOM_PROGRESS": "/tmp/readingroom",
        "READINGROOM_STORE_SHARED": f"{SHARED}/store",
    }


def package() -> dict[Path, Path]:
    """Where each part of the package comes from, by its place in the sandbox, checks left out."""
    root = Path(__file__).resolve().parents[1]
    seen = COURSE / "readingroom"
    parts = {
        seen / part.name: part
        for part in sorted(root.iterdir())
        if part.name not in HIDDEN and not part.is_symlink()
    }
    return {**parts, seen / "_course" / "datasets": places.course() / "datasets"}


def copy_package(target: Path) -> None:
    """Copy what `package` lists, for a run without walls."""
    waiting = target.with_name(f"{target.name}.{os.getpid()}")
    for place, source in package().items():
        copy = waiting / place.relative_to(COURSE)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
    waiting.rename(target)


def _libraries() -> list[Path]:
    found = {Path(p).resolve() for p in (sys.prefix, sys.base_prefix)}
    found.add(Path(sys.prefix))
    return sorted(path for path in found if not path.is_relative_to("/usr"))


def secrets() -> list[Path]:
    """The course's own folders, which a submission must not see wherever they lie."""
    root = Path(__file__).resolve().parents[1]
    course = places.course()
    return [root, *(course / name for name in ("solutions", "lessons", "book", "tests", ".git")),
            *_copies(), places.home()]  # fmt: skip


def _copies() -> list[Path]:
    """Other installations of the course in the Pythons that a submission sees."""
    roots = {*_libraries(), Path("/usr"), Path("/usr/local")}
    folders = [
        folder
        for root in sorted(roots)
        for form in ("lib*/python*/site-packages", "lib*/python*/dist-packages")
        for folder in root.glob(form)
    ]
    return sorted({(folder / "readingroom").resolve() for folder in folders})


def _steps(view: View) -> list[tuple[Path, list[str]]]:
    """What to mount where; parents come before what lies below them."""
    steps: list[tuple[Path, list[str]]] = []
    for name in SYSTEM:
        path = Path(name)
        if path.is_symlink():
            steps.append((path, ["--symlink", str(path.readlink()), name]))
        elif path.exists():
            steps.append((path, ["--ro-bind", name, name]))
    for path in [*_libraries(), *view.films]:
        steps.append((path, ["--ro-bind", str(path), str(path)]))
    for path in [*secrets(), *view.hidden]:
        if path.is_dir():
            steps.append((path.resolve(), ["--tmpfs", str(path.resolve())]))
    for place, source in package().items():
        steps.append((place, ["--ro-bind", str(source), str(place)]))
    bind = "--bind" if view.writable else "--ro-bind"
    steps.append((SHARED, [bind, str(view.shared), str(SHARED)]))
    return sorted(steps, key=lambda step: len(step[0].parts))


def command(view: View, environment: dict[str, str], program: list[str]) -> list[str]:
    """The bubblewrap command that runs `program` behind the walls.

    Raises
    ------
    NoSandbox
        Bubblewrap is missing, or may not build walls here.
    """
    if missing():
        raise NoSandbox(missing())
    bwrap = shutil.which("bwrap") or "bwrap"
    out = [bwrap, "--die-with-parent", "--new-session", *ALONE, "--unshare-cgroup-try"]
    out += _as_user()
    # before everything that may itself lie below it, such as an environment in a temporary folder
    out += ["--perms", "1777", "--tmpfs", "/tmp"]
    made: set[Path] = {Path("/tmp")}
    covered = ["/", "/dev"]
    for place, step in _steps(view):
        for folder in reversed(place.parents):
            if folder not in made and folder != Path("/"):
                out += ["--perms", "0755", "--dir", str(folder)]
                made.add(folder)
        made.add(place)
        if step[0] == "--tmpfs":
            covered.append(str(place))
            out += ["--perms", "0755"]
        out += step
    out += ["--proc", "/proc", "--dev", "/dev"]
    for place in covered:  # an ordinary user owns what bubblewrap made, and so does a submission
        out += ["--remount-ro", place]
    out.append("--clearenv")
    for name, value in environment.items():
        out += ["--setenv", name, value]
    return [*out, "--setenv", "PYTHONPATH", str(COURSE), "--chdir", "/tmp", "--", *program]
