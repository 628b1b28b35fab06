"""`readingroom node`: what it says at its start, how it fails, and that it starts and stops."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

import pytest
from pydicom import dcmread

from readingroom.node import Address, Service, client, scope
from tests.cli.test_cli import run, sentence


def test_without_a_receiver_it_says_what_to_name():
    """No address, or one that is none: one sentence with the form that is expected."""
    assert "--to" in sentence(run("node"))
    assert "ARCHIVE@127.0.0.1:4242" in sentence(run("node", "--to", "archive"))
    assert "no backslash" in sentence(run("node", "--to", "A@h:1", "--ae-title", "A\\B"))
    assert "simulated-128 or children-128" in sentence(
        run("node", "--to", "A@h:1", "--networks", "x")
    )


def test_a_folder_that_cannot_be_used_is_one_sentence(tmp_path):
    """A file where the folder should be, and a folder that another node works in."""
    (tmp_path / "file").write_text("x")
    assert "another --folder" in sentence(
        run("node", "--to", "A@127.0.0.1:1", "--folder", str(tmp_path / "file"))
    )
    with Service(Address("A", "127.0.0.1", 1), folder=tmp_path / "node"):
        assert "Another node works" in sentence(
            run("node", "--to", "A@127.0.0.1:1", "--folder", str(tmp_path / "node"))
        )


def test_it_writes_a_film_to_send(tmp_path):
    """A film that the node would take, and never over a file that is there."""
    told = run("node", "--write-film", str(tmp_path / "film.dcm"))
    assert told.exit_code == 0 and "storescu -aec AI 127.0.0.1 11112" in told.stdout
    assert scope.asked(dcmread(tmp_path / "film.dcm"), "simulated-128").passes
    assert "is there already" in sentence(run("node", "--write-film", str(tmp_path / "film.dcm")))


@pytest.mark.slow
def test_it_says_what_it_is_and_stops_when_told(tmp_path):
    """Teaching only, where it listens, where results go; SIGTERM ends it with 0, files stay."""
    command = [sys.executable, "-m", "readingroom", "node", "--to", "ARCHIVE@127.0.0.1:4",
               "--port", "0", "--folder", str(tmp_path)]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env={**os.environ, "PYTHONUNBUFFERED": "1"}) as process:  # fmt: skip
        try:
            first = [process.stdout.readline() for _ in range(4)]
            assert "TEACHING ONLY: never for clinical use" in first[0]
            assert "ARCHIVE@127.0.0.1:4" in first[2] and str(tmp_path) in first[2]
            port = int(re.search(r"AI@127\.0\.0\.1:(\d+)", first[1]).group(1))
            assert client.echo(Address("AI", "127.0.0.1", port))
        finally:
            process.send_signal(signal.SIGTERM)
        told = process.communicate(timeout=60)
        assert process.returncode == 0 and "Traceback" not in told[1]
    assert "READINGROOM: echo" in (tmp_path / "node.log").read_text("utf-8")
