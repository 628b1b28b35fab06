"""A JupyterHub course: two learners fetch and submit through nbgrader's exchange, then a grade.

Run with ``pytest -m hub``. The hub's proxy is a package of npm, installed into a temporary folder.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
import requests

from readingroom.grading import sandbox
from tests.grading.conftest import REPOSITORY, SLUG
from tests.grading.test_batch import table

pytest.importorskip("jupyterhub", reason="JupyterHub is not installed")
pytestmark = [
    pytest.mark.hub,
    pytest.mark.slow,
    pytest.mark.skipif(not sandbox.available(), reason="bubblewrap is not installed"),
]
PROXY = "configurable-http-proxy@4"
LEARNERS = ("hub-ann", "hub-bob")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def proxy(tmp_path_factory) -> Path:
    """The folder of the proxy's program."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    place = tmp_path_factory.mktemp("npm")
    try:
        done = subprocess.run([npm, "install", "--prefix", str(place), PROXY],
                              capture_output=True, text=True, timeout=180)  # fmt: skip
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm's registry did not give {PROXY} within 180 s")
    if done.returncode:
        pytest.skip(f"npm could not install {PROXY}: {done.stderr.strip()[-200:]}")
    return place / "node_modules" / ".bin"


CONFIG = """
import os
c = get_config()
c.JupyterHub.ip = c.JupyterHub.hub_ip = "127.0.0.1"
c.JupyterHub.port, c.JupyterHub.hub_port = {port}, {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allowed_users = {{{users}}}
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r} + "/{{username}}"
c.Spawner.args = ["--allow-root"]
c.Spawner.cmd = [{wrapper!r}]
c.Spawner.default_url = "/lab"
c.Spawner.environment = {{"JUPYTER_CONFIG_PATH": {config!r}}}
c.Spawner.env_keep = ["PATH", "PYTHONPATH", "READINGROOM_HOME", "READINGROOM_COHORT"]
c.JupyterHub.services = [{{"name": "teacher", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [{{"name": "teaching", "services": ["teacher"],
    "scopes": ["admin:users", "admin:servers", "access:servers", "tokens"]}}]
"""

NBGRADER = """
c = get_config()
c.CourseDirectory.course_id = "readingroom"
c.CourseDirectory.root = {root!r}
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "released"
c.ClearSolutions.code_stub = {{"python": ""}}
c.Exchange.root = {exchange!r}
c.ExchangeCollect.check_owner = False
"""


class Hub:
    """A running hub, as the teacher's service sees it."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address, token

    def ask(self, method: str, path: str, **how) -> requests.Response:
        """Ask the hub or, through it, a learner's server."""
        head = {"Authorization": f"token {self.token}"}
        return requests.request(method, self.address + path, headers=head, timeout=90, **how)

    def until(self, ready, seconds: float = 90) -> None:
        """Wait until `ready` holds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if ready():
                    return
            except requests.RequestException:
                pass
            time.sleep(0.5)
        raise AssertionError("the hub did not get there in time")

    def start(self, learner: str) -> None:
        """Start a learner's server."""
        self.ask("POST", f"/hub/api/users/{learner}")
        self.ask("POST", f"/hub/api/users/{learner}/server")
        self.until(lambda: self.ask("GET", f"/user/{learner}/api/status").ok)


@pytest.fixture(scope="module")
def place(course, tmp_path_factory) -> Path:
    """Folders of the hub: homes, exchange, nbgrader's settings and the released lesson."""
    place = tmp_path_factory.mktemp("hub")
    for name in ("exchange", "homes", "config"):
        (place / name).mkdir()
    (place / "exchange").chmod(0o777)
    settings = NBGRADER.format(root=str(place), exchange=str(place / "exchange"))
    (place / "config" / "nbgrader_config.py").write_text(settings)
    shutil.copytree(course.root / "solutions", place / "solutions")
    for step in ("generate_assignment", "release_assignment"):
        _nbgrader(course, place, step)
    return place


def _wrapper(place: Path) -> Path:
    """A learner's server as in a container: the system's user is called jovyan for everybody.

    nbgrader then asks the hub who a learner is, so no Linux user has to be made for a test.
    """
    users = place / "passwd"
    users.write_text(f"jovyan:x:{os.getuid()}:{os.getgid()}::{place}:/bin/sh\n")
    script = place / "singleuser"
    script.write_text(
        f"#!/bin/sh\nexec bwrap --dev-bind / / --ro-bind {users} /etc/passwd --die-with-parent "
        f'{sys.executable} -m jupyterhub.singleuser "$@"\n'
    )
    script.chmod(0o755)
    return script


def _environment(course, place: Path) -> dict:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**course.environment, "PATH": path, "JUPYTER_CONFIG_PATH": str(place / "config"),
            "READINGROOM_COHORT": "simulated"}  # fmt: skip


def _nbgrader(course, place: Path, step: str) -> None:
    command = [sys.executable, "-m", "nbgrader", step, SLUG]
    environment = _environment(course, place)
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def hub(course, place, proxy):
    """A hub with two learners, on 127.0.0.1."""
    port, token = _free_port(), secrets.token_hex(16)
    text = CONFIG.format(
        port=port, hub_port=_free_port(), api_port=_free_port(), token=token,
        users=", ".join(map(repr, LEARNERS)), homes=str(place / "homes"),
        config=str(place / "config"), wrapper=str(_wrapper(place)),
    )  # fmt: skip
    (place / "jupyterhub_config.py").write_text(text)
    environment = _environment(course, place)
    environment["PATH"] = os.pathsep.join([str(proxy), environment["PATH"]])
    with (place / "hub.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(place / "jupyterhub_config.py")],
            cwd=place, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    running = Hub(f"http://127.0.0.1:{port}", token)
    try:
        running.until(lambda: running.ask("GET", "/hub/api/").ok)
        yield running
    finally:
        for learner in LEARNERS:
            running.ask("DELETE", f"/hub/api/users/{learner}/server")
        process.terminate()
        process.wait(timeout=60)


def _submit(hub: Hub, course, learner: str, book: nbformat.NotebookNode) -> None:
    """Fetch in the learner's own server, save the answers there, and submit."""
    hub.start(learner)
    server = f"/user/{learner}"
    cookie = hub.ask("GET", f"{server}/api/status").cookies.get("_xsrf", "")
    head = {"params": {"_xsrf": cookie}, "cookies": {"_xsrf": cookie}}
    wanted = {"course_id": "readingroom", "assignment_id": SLUG}
    for step in ("fetch", "submit"):
        if step == "submit":
            path = f"{server}/api/contents/{SLUG}/{SLUG}.ipynb"
            told = {"type": "notebook", "format": "json", "content": book}
            saved = hub.ask("PUT", path, json=told, **head)
            assert saved.ok, saved.text
        done = hub.ask("POST", f"{server}/assignments/{step}", data=wanted, **head)
        assert done.ok and done.json()["success"], done.text


def test_a_hub_course_from_release_to_grades(course, hub, place):
    """Two learners fetch, answer and submit in their own servers; the teacher collects, grades."""
    books = (course.answered(), course.answered(share="part = 0.45"))
    for learner, book in zip(LEARNERS, books, strict=True):
        _submit(hub, course, learner, book)
    _nbgrader(course, place, "collect")
    done = course.run("grade", place / "submitted", "--out", place / "grades",
                      "--gradebook", place / "gradebook.db")  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = table(place / "grades")
    points = {who: sum(float(r["points"]) for r in rows if r["student"] == who) for who in LEARNERS}
    assert points == dict(zip(LEARNERS, (10.0, 8.0), strict=True)), (done.stdout, rows)
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{place / 'gradebook.db'}") as book:
        scores = [book.find_submission(SLUG, who).score for who in LEARNERS]
    assert scores == [10.0, 8.0] and (REPOSITORY / "nbgrader_config.py").is_file()
