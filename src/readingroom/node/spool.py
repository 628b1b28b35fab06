"""What a node has accepted, on disk: films, their results, and a journal of what became of each.

An object is acknowledged after its bytes are on the disk under their final name and the journal
says so. Whatever ends the process between two steps, the journal says where to go on: a film goes
through ``received``, then ``answered`` or ``refused``; a result through ``waiting``, then ``sent``
or ``declined``.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from readingroom import files
from readingroom.node.address import NodeError

JOURNAL = "journal.sqlite"
TABLES = """
CREATE TABLE IF NOT EXISTS films (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE, study TEXT NOT NULL,
  patient TEXT NOT NULL, sender TEXT NOT NULL, digest TEXT NOT NULL, received TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'received', reason TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS results (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, film INTEGER NOT NULL REFERENCES films (seq),
  kind TEXT NOT NULL, uid TEXT NOT NULL UNIQUE, state TEXT NOT NULL DEFAULT 'waiting');
CREATE INDEX IF NOT EXISTS films_by_state ON films (state, seq);
CREATE INDEX IF NOT EXISTS films_by_study ON films (study);
CREATE INDEX IF NOT EXISTS results_by_state ON results (state, seq);
"""
NEW, REPEAT, OTHER = "new", "repeat", "other"


@dataclass(frozen=True)
class Film:
    """A film in the journal.

    Attributes
    ----------
    seq : int
        Its place in the order of arrival.
    uid, study : str
        SOP and Study Instance UID.
    received : datetime
    """

    seq: int
    uid: str
    study: str
    received: datetime


@dataclass(frozen=True)
class Result:
    """A result in the journal: its place, kind, SOP Instance UID, and the study it goes to."""

    seq: int
    kind: str
    uid: str
    study: str


def digest(text: str | bytes) -> str:
    """A fingerprint, 64 hex digits; of texts it also makes file names that cannot be paths."""
    return sha256(text if isinstance(text, bytes) else text.encode("utf-8", "replace")).hexdigest()


class Spool:
    """A folder in which a node keeps what it has accepted.

    Parameters
    ----------
    folder : path
        Made where it is missing. One node at a time may use it.

    Raises
    ------
    NodeError
        Another node uses the folder, or it cannot be used.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        try:
            for name in ("films", "results"):
                (self.folder / name).mkdir(parents=True, exist_ok=True)
            self._mine = FileLock(self.folder / "node.lock")
            self._mine.acquire(timeout=0)
        except Timeout:
            raise NodeError(
                f"Another node works in {self.folder}; stop it, or name another --folder."
            ) from None
        except OSError as problem:
            raise NodeError(
                f"{self.folder} cannot be used ({problem.strerror}); name another --folder."
            ) from problem
        self._lock = threading.RLock()
        try:
            self._journal = sqlite3.connect(
                self.folder / JOURNAL, check_same_thread=False, isolation_level=None
            )
            # FULL: a commit returns after the disk has it (https://sqlite.org/pragma.html)
            self._journal.executescript(f"PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;{TABLES}")
        except sqlite3.Error as problem:
            self._mine.release()
            raise NodeError(
                f"The journal in {self.folder} cannot be used ({problem}); move the folder away."
            ) from problem
        self._tidy()

    def close(self) -> None:
        """Let go of the folder."""
        with self._lock:
            self._journal.close()
        self._mine.release()

    def _tidy(self) -> None:
        """Take away halves of files that a killed process left; none was ever acknowledged."""
        for name in ("films", "results"):
            for half in (self.folder / name).glob(".*.part"):
                half.unlink(missing_ok=True)

    @contextmanager
    def _all_or_nothing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._journal.execute("BEGIN IMMEDIATE")
            try:
                yield self._journal
                self._journal.execute("COMMIT")
            except BaseException:
                if self._journal.in_transaction:
                    self._journal.execute("ROLLBACK")
                raise

    def path(self, kind: str, uid: str) -> Path:
        """Where an object lies; `kind` is ``films`` or ``results``, whatever the UID holds."""
        return self.folder / kind / f"{digest(uid)[:40]}.dcm"

    def _write(self, path: Path, raw: bytes) -> None:
        """Bytes on the disk under their name, and the name in its folder."""
        files.write_bytes(path, raw)
        if hasattr(os, "O_DIRECTORY"):  # Windows has no handle for a folder, and needs none
            handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def keep(
        self, raw: bytes, content: bytes, uid: str, study: str, patient: str, sender: str
    ) -> str:
        """Accept a film; when this returns, it is on the disk and in the journal.

        Parameters
        ----------
        raw : bytes
            The whole file.
        content : bytes
            By which a repeat is known, however its file was written.
        uid, study, patient, sender : str

        Returns
        -------
        {'new', 'repeat', 'other'}
            ``other``: this number was used before for other content; the first is kept.

        Raises
        ------
        OSError, sqlite3.Error
            The disk is full or cannot be written; nothing was accepted.
        """
        mark = digest(content)
        with self._lock:
            known = self._journal.execute(
                "SELECT seq, digest FROM films WHERE uid = ?", (uid,)
            ).fetchone()
            if known:
                if known[1] != mark:
                    return OTHER
                with self._all_or_nothing() as journal:  # whoever sends again, wants the answer
                    journal.execute(
                        "UPDATE results SET state = 'waiting' WHERE film = ?", (known[0],)
                    )
                return REPEAT
            self._write(self.path("films", uid), raw)
            with self._all_or_nothing() as journal:
                journal.execute(
                    "INSERT INTO films (uid, study, patient, sender, digest, received) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    (uid, study, digest(patient), sender, mark, datetime.now().isoformat()),
                )
            return NEW

    def next_film(self) -> Film | None:
        """The oldest film without an answer."""
        with self._lock:
            row = self._journal.execute(
                "SELECT seq, uid, study, received FROM films WHERE state = 'received' "
                "ORDER BY seq LIMIT 1"
            ).fetchone()
        return Film(row[0], row[1], row[2], datetime.fromisoformat(row[3])) if row else None

    def two_patients(self, film: Film) -> bool:
        """Say whether an earlier film of the same study carries another patient number."""
        with self._lock:
            row = self._journal.execute(
                "SELECT COUNT(DISTINCT patient) FROM films WHERE study = ? AND seq <= ?",
                (film.study, film.seq),
            ).fetchone()
        return int(row[0]) > 1

    def answer(self, film: Film, results: list[tuple[str, str, bytes]]) -> None:
        """Keep the results of a film, all or none.

        Parameters
        ----------
        film : Film
        results : list of (kind, uid, file as bytes)

        Raises
        ------
        OSError, sqlite3.Error
            The disk is full or cannot be written; the film is still without an answer.
        """
        for _, uid, raw in results:
            self._write(self.path("results", uid), raw)
        with self._all_or_nothing() as journal:
            for kind, uid, _ in results:
                journal.execute(
                    "INSERT INTO results (film, kind, uid) VALUES (?, ?, ?)", (film.seq, kind, uid)
                )
            journal.execute("UPDATE films SET state = 'answered' WHERE seq = ?", (film.seq,))

    def refuse(self, film: Film, reason: str) -> None:
        """A film gets no answer, and why."""
        with self._all_or_nothing() as journal:
            journal.execute(
                "UPDATE films SET state = 'refused', reason = ? WHERE seq = ?", (reason, film.seq)
            )

    def waiting(self, most: int = 60) -> list[Result]:
        """The oldest results that were not sent yet, in the order of their films."""
        with self._lock:
            rows = self._journal.execute(
                "SELECT r.seq, r.kind, r.uid, f.study FROM results r JOIN films f "
                "ON f.seq = r.film WHERE r.state = 'waiting' ORDER BY r.seq LIMIT ?",
                (most,),
            ).fetchall()
        return [Result(*row) for row in rows]

    def settle(self, result: Result, state: str) -> None:
        """A result was ``sent``, or ``declined`` for good by its receiver."""
        with self._all_or_nothing() as journal:
            journal.execute("UPDATE results SET state = ? WHERE seq = ?", (state, result.seq))

    def counts(self) -> dict[str, int]:
        """How many films and results there are in each state, such as ``films answered``."""
        with self._lock:
            return {
                f"{table} {state}": int(n)
                for table in ("films", "results")
                for state, n in self._journal.execute(
                    f"SELECT state, COUNT(*) FROM {table} GROUP BY state"
                )
            }
