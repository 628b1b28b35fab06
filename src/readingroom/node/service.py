"""The node: films come in, are asked and scored, and their results go out.

Three things run beside each other: `Arrival` accepts, one worker answers in the order of arrival,
`Delivery` sends. Between them is the `Spool` on the disk, and nothing else: what ends one of them,
or all, loses nothing.
"""

from __future__ import annotations

import logging
import sqlite3
import tempfile
import threading
import time
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset

from readingroom.data import greys
from readingroom.node import model as models, scope, study
from readingroom.node.address import LOOPBACK, Address, NodeError, title
from readingroom.node.arrival import LARGEST, RESERVE, Arrival
from readingroom.node.delivery import Delivery
from readingroom.node.results import Results, answer
from readingroom.node.spool import Film, Spool
from readingroom.reader import networks as panels, read_film

LOG = logging.getLogger("readingroom.node")
KIND = {"SR": "SR", "SEG": "SEG", "OT": "SC"}
AGAIN = 5.0  # seconds, after the disk did not take a result


class Lines(logging.Handler):
    """Keeps the lines of a log in a list, for a lesson or a test."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.kept: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Add one line."""
        self.kept.append(record.getMessage())


class Service:
    """An AI node for teaching; use it in a ``with`` block, or `start` and `stop`.

    Parameters
    ----------
    to : Address
        Who gets the results.
    folder : path, optional
        What it accepts and answers is kept there; a temporary folder by default.
    ae_title, host : str
        The loopback address unless told otherwise: nobody but this machine reaches it.
    port : int
        0 takes any free one.
    networks : str
        ``simulated-128`` or ``children-128``.
    reserve, largest : int
        Bytes of disk that stay free, and of the largest object that is taken.

    Attributes
    ----------
    log : list of str
        What it did, one line each; no name of a patient.
    """

    def __init__(
        self,
        to: Address,
        folder: str | Path | None = None,
        ae_title: str = "AI",
        host: str = LOOPBACK,
        port: int = 0,
        networks: str = panels.SIMULATED,
        reserve: int = RESERVE,
        largest: int = LARGEST,
    ) -> None:
        if networks not in scope.SCOPES:
            raise NodeError(f"There are no networks {networks!r}; use {' or '.join(scope.SCOPES)}.")
        self.to, self.networks = to, networks
        self._listen = (title(ae_title), host, port)
        self._limits = (reserve, largest)
        self._own = tempfile.TemporaryDirectory() if folder is None else None
        self.folder = Path(self._own.name if self._own else folder)  # type: ignore[arg-type]
        self._lines = Lines()
        self.log = self._lines.kept
        self._wake, self._end = threading.Event(), threading.Event()
        self._spool: Spool | None = None

    def __enter__(self) -> Service:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self._own:
            self._own.cleanup()

    @property
    def spool(self) -> Spool:
        """What it has accepted; there while it runs."""
        if self._spool is None:
            raise NodeError("The node does not run; start it first.")
        return self._spool

    @property
    def address(self) -> Address:
        """Where it listens."""
        return self._arrival.address

    def start(self) -> Service:
        """Go on where the folder's journal ends, and listen.

        Raises
        ------
        NodeError
            The folder or the port cannot be used.
        """
        _warm(self.networks)
        spool = self._spool = Spool(self.folder)
        LOG.setLevel(logging.INFO)
        LOG.addHandler(self._lines)
        try:
            ae_title, host, port = self._listen
            reserve, largest = self._limits
            self._arrival = Arrival(spool, ae_title, host, port, self._wake.set, reserve, largest)
        except NodeError:
            self._let_go()
            raise
        self._end.clear()
        self._delivery = Delivery(spool, self.to, ae_title)
        self._worker = threading.Thread(target=self._work, name="readingroom-worker", daemon=True)
        self._worker.start()
        self._delivery.start()
        left = {name: n for name, n in spool.counts().items() if name.split()[1] in
                ("received", "waiting")}  # fmt: skip
        if left:
            LOG.info("going on with %s", ", ".join(f"{n} {name}" for name, n in left.items()))
        return self

    def stop(self) -> None:
        """Listen no more, finish the film and the object at hand; the rest waits in the folder."""
        if self._spool is None:
            return
        self._arrival.stop()
        self._end.set()
        self._wake.set()
        self._delivery.stop()
        self._worker.join(60)
        self._delivery.join(60)
        self._let_go()

    def _let_go(self) -> None:
        LOG.removeHandler(self._lines)
        if self._spool is not None:
            self._spool.close()
            self._spool = None

    def idle(self) -> bool:
        """Say whether every film has its answer and every result has left."""
        counts = self.spool.counts()
        return not counts.get("films received") and not counts.get("results waiting")

    def wait(self, seconds: float = 60.0) -> bool:
        """Wait until there is nothing left to do; False where that took too long."""
        end = time.monotonic() + seconds
        while not self.idle():
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def _work(self) -> None:
        """Answer films in the order of their arrival until stopped."""
        while not self._end.is_set():
            self._wake.clear()
            try:
                film = self.spool.next_film()
                if film is None:
                    self._wake.wait(timeout=5.0)
                    continue
                self._one(film)
            except (OSError, sqlite3.Error) as problem:
                why = getattr(problem, "strerror", None) or type(problem).__name__
                LOG.error("films wait: the disk does not take results (%s)", why)
                self._end.wait(AGAIN)

    def _one(self, film: Film) -> None:
        """Ask and score one film; whatever is wrong with it is one line."""
        try:
            found: Results | str = self._answered(film)
        except FileNotFoundError:
            found = "its file is gone from the folder"
        except OSError:
            raise
        except Exception as problem:  # a film that nobody foresaw must not stop all others
            found = f"it could not be scored ({type(problem).__name__})"
        if isinstance(found, str):
            self.spool.refuse(film, found)
            LOG.warning("film %s of study %s refused: %s", film.uid, film.study, found)
            return
        self.spool.answer(film, [(KIND[str(d.Modality)], str(d.SOPInstanceUID), _file(d))
                                 for d in found])  # fmt: skip
        self._delivery.wake()

    def _answered(self, film: Film) -> Results | str:
        """The results of a film, or why there are none."""
        data = dcmread(self.spool.path("films", film.uid))
        if self.spool.two_patients(film):
            return "its study came before with another patient number"
        verdict = scope.asked(data, self.networks)
        if not verdict.passes:
            return "; ".join(verdict.reasons)
        found = read_film(greys.picture(data), self.networks)
        unasked = f" (not stated: {'; '.join(verdict.unasked)})" if verdict.unasked else ""
        LOG.info("film %s of study %s: score for %s %.2f, %s%s", film.uid, film.study,
                 found.finding, found.score, found.spread_said, unasked)  # fmt: skip
        return answer(data, found, film.received)

    def said(self) -> list[str]:
        """What it is and does, in sentences for its first lines."""
        used = models.model(self.networks)
        return [
            "Reading Room node. TEACHING ONLY: never for clinical use.",
            f"{self.address} takes {scope.SCOPES[self.networks].name} (CR, DX) and scores them for "
            f"{used.finding} with {used.name} {used.version}.",
            f"Results go to {self.to}. What was accepted lies in {self.folder}.",
        ]


@cache
def _warm(networks: str) -> None:
    """Read networks and libraries before anybody is listened to: no first film waits for them."""
    slope = np.tile(np.arange(64, dtype=np.uint8), (64, 1))
    film = study.plain(slope)
    for data in answer(film, read_film(slope, networks)):
        _file(data)


def _file(data: Dataset) -> bytes:
    stream = BytesIO()
    data.save_as(stream, enforce_file_format=True)
    return stream.getvalue()
