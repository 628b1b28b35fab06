"""``readingroom node``: a DICOM node that scores chest films, for teaching."""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
import warnings
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import typer

from readingroom import places
from readingroom.cli.failure import stop, unwritable

LINE = "%(asctime)s %(levelname)s %(message)s"
LARGEST_LOG, OLD_LOGS = 5_000_000, 3  # bytes, and files beside it


def node(
    to: str = typer.Option(None, "--to", help="Who gets the results: AE@host:port."),
    port: int = typer.Option(11112, "--port", min=0, max=65535, help="0 takes any free one."),
    ae_title: str = typer.Option("AI", "--ae-title", help="What this node is called."),
    folder: Path = typer.Option(
        None, "--folder", help="What it accepts lies there; node in the course's own folder."
    ),
    networks: str = typer.Option(
        "simulated-128", "--networks", help="simulated-128, or children-128 for real films."
    ),
    host: str = typer.Option(
        "127.0.0.1", "--host", help="Where to listen; by default only this machine can reach it."
    ),
    film: Path = typer.Option(
        None, "--write-film", help="Write a simulated film to this file, to be sent; then end."
    ),
) -> None:
    """A DICOM node for teaching: chest films in, results out. Never for clinical use."""
    from readingroom import threads

    threads.choose()  # before torch is loaded: a node runs beside other programs
    from readingroom.node import address as addresses
    from readingroom.node.service import Service

    if film:
        return _film(film)
    if to is None:
        raise stop("Name who gets the results, such as --to ARCHIVE@127.0.0.1:4242.")
    place = (folder or places.home() / "node").expanduser().resolve()
    try:
        service = Service(addresses.parse(to), place, ae_title, host, port, networks)
        with _logged(place):
            service.start()
            for line in service.said():
                typer.echo(line)
            if not addresses.on_this_machine(host):
                typer.echo(
                    f"Others can reach it at {host}. It knows no password and no encryption: use "
                    "a closed network, and no real patient's film."
                )
            typer.echo("Each step is a line below, and in that folder's node.log. End: Ctrl+C.")
            _until_told()
            typer.echo("Stopping; what is left waits in the folder.")
            service.stop()
    except addresses.NodeError as error:
        raise stop(str(error)) from error
    except OSError as error:
        raise unwritable(place, error, "another --folder") from error


def _film(target: Path) -> None:
    """Write a film of a virtual patient, and say how it is sent."""
    from readingroom.node import study

    if target.exists():
        raise stop(f"{target} is there already; name another file or move it away.")
    try:
        study.simulated().films[0].save_as(target, enforce_file_format=True)
    except OSError as error:
        raise unwritable(target, error) from error
    typer.echo(f"Written: {target}, a simulated film. To send it with dcmtk:")
    typer.echo(f"storescu -aec AI 127.0.0.1 11112 {target}")


class _Quiet(RotatingFileHandler):
    """A log file that a full disk cannot bring to shout into the terminal."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Let the line go; it stands in the terminal too."""


@contextlib.contextmanager
def _logged(place: Path) -> Iterator[None]:
    """Every line to the terminal and into a file of the folder; other libraries' words nowhere."""
    place.mkdir(parents=True, exist_ok=True)
    log = logging.getLogger("readingroom.node")
    others = [logging.getLogger(name) for name in ("pynetdicom", "pydicom", "highdicom")]
    before = [other.level for other in others]
    kept = _Quiet(place / "node.log", maxBytes=LARGEST_LOG, backupCount=OLD_LOGS, encoding="utf-8")
    handlers: list[logging.Handler] = [logging.StreamHandler(), kept]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what strangers send is told in our lines
            for handler in handlers:
                handler.setFormatter(logging.Formatter(LINE))
                log.addHandler(handler)
            for other in others:
                other.setLevel(logging.CRITICAL + 1)
            log.propagate = False
            yield
    finally:
        log.propagate = True
        for handler in handlers:
            log.removeHandler(handler)
            handler.close()
        for other, level in zip(others, before, strict=True):
            other.setLevel(level)


def _until_told() -> None:
    """Wait for Ctrl+C, or for the signal with which services are ended."""
    told = threading.Event()

    def end(*_: Any) -> None:
        told.set()

    signal.signal(signal.SIGTERM, end)
    with contextlib.suppress(KeyboardInterrupt):
        while not told.wait(1.0):
            pass
