"""The side of a node that is spoken to: who may say what, how much of it, and what is answered.

A storage service class provider after DICOM PS3.4 B; statuses after B.2.3 and PS3.7 annex C.
"""

from __future__ import annotations

import logging
import re
import shutil
import sqlite3
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from weakref import WeakKeyDictionary

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pynetdicom import AE, ALL_TRANSFER_SYNTAXES, AllStoragePresentationContexts, evt

from readingroom.node import spool as spools
from readingroom.node.address import Address, NodeError, said
from readingroom.node.classes import FILMS, VERIFICATION

LOG = logging.getLogger("readingroom.node")
SUCCESS, OUT_OF_RESOURCES, NO_MATCH, NOT_UNDERSTOOD = 0x0000, 0xA700, 0xA900, 0xC000
DUPLICATE, NO_SUCH_CLASS = 0x0111, 0x0122
LARGEST = 64 * 2**20  # bytes of one object; a film of 18 million pixels has 36 MB
LARGEST_PDU = 2**20  # bytes of one piece; we ask for at most 16 kB
RESERVE = 100 * 2**20  # bytes of disk that stay free
CALLERS = 16  # at once
QUIET = 30.0  # seconds of silence after which a caller is let go
UID = re.compile(r"[0-9][0-9.]{0,63}")
DEFLATED = ("1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.8.1")
SYNTAXES = [syntax for syntax in ALL_TRANSFER_SYNTAXES if syntax not in DEFLATED]
"""Not those that are unpacked before anything can be asked: a small one may hold gigabytes."""
NAMED = ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID")


@dataclass
class Caller:
    """One association: who calls, and how far it got."""

    sender: str = "?"
    kept: int = 0
    begun: int = 0
    """Bytes of an object that is not complete yet."""
    studies: dict[str, int] = field(default_factory=dict)
    over: bool = False
    too_large: bool = False


class Refused(Exception):
    """An object that is not kept: the status to answer, and why in a few words."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Arrival:
    """Listens, and hands to the spool what may be kept.

    Parameters
    ----------
    spool : Spool
    ae_title, host : str
    port : int
        0 takes any free one.
    came : callable
        Called after a film was kept or asked for again.
    reserve, largest : int
        Bytes of disk that stay free, and of the largest object that is taken.
    """

    def __init__(
        self,
        spool: spools.Spool,
        ae_title: str,
        host: str,
        port: int,
        came: Callable[[], None],
        reserve: int = RESERVE,
        largest: int = LARGEST,
    ) -> None:
        self.spool, self.came, self.reserve, self.largest = spool, came, reserve, largest
        self._callers: WeakKeyDictionary[Any, Caller] = WeakKeyDictionary()
        self._lock = threading.Lock()
        own = AE(ae_title)
        own.require_called_aet = True
        own.maximum_associations = CALLERS
        own.acse_timeout = own.dimse_timeout = own.network_timeout = QUIET
        own.add_supported_context(VERIFICATION)
        # every kind of object, so that what is no film is refused by name and not by silence
        for context in AllStoragePresentationContexts:
            own.add_supported_context(str(context.abstract_syntax), SYNTAXES)
        handlers: list[Any] = [
            (evt.EVT_CONN_OPEN, self._opened), (evt.EVT_REQUESTED, self._named),
            (evt.EVT_REJECTED, self._rejected), (evt.EVT_DIMSE_RECV, self._complete),
            (evt.EVT_C_ECHO, self._echo), (evt.EVT_C_STORE, self._store),
            (evt.EVT_RELEASED, self._released), (evt.EVT_ABORTED, self._broke_off),
            (evt.EVT_CONN_CLOSE, self._broke_off),
        ]  # fmt: skip
        try:
            server: Any = own.start_server((host, port), block=False, evt_handlers=handlers)
        except OSError as problem:
            raise NodeError(
                f"{host}:{port} cannot be listened at ({problem.strerror}); name another --port."
            ) from problem
        self._server = server
        self.address = Address(ae_title, host, server.server_address[1])

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()

    def _caller(self, event: Any) -> Caller:
        with self._lock:
            return self._callers.setdefault(event.assoc, Caller())

    def _opened(self, event: Any) -> None:
        """Put limits on a new connection before the first byte is read from it.

        pynetdicom reads as many bytes as a piece announces, and waits for them without an end.
        """
        caller, line = self._caller(event), event.assoc.dul.socket
        line.socket.settimeout(QUIET)
        plain = line.recv

        def limited(count: int) -> Any:
            if count > LARGEST_PDU or caller.begun + count > self.largest:
                caller.too_large = True
                raise OSError("too large")
            came = plain(count)
            caller.begun += len(came)
            return came

        line.recv = limited

    def _named(self, event: Any) -> None:
        caller = self._caller(event)
        caller.sender = said(event.assoc.requestor.primitive.calling_ae_title, 16)
        caller.begun = 0

    def _rejected(self, event: Any) -> None:
        caller = self._caller(event)
        caller.over = True
        called = said(event.assoc.requestor.primitive.called_ae_title, 16)
        LOG.warning("%s: turned away (it called %s)", caller.sender, called)

    def _complete(self, event: Any) -> None:
        self._caller(event).begun = 0

    def _released(self, event: Any) -> None:
        caller = self._caller(event)
        caller.over = True
        for study, count in caller.studies.items():
            LOG.info("%s: done, %d of study %s", caller.sender, count, study)

    def _broke_off(self, event: Any) -> None:
        caller = self._caller(event)
        if caller.over:
            return
        caller.over = True
        if caller.sender == "?" and not caller.too_large:
            if caller.begun:  # else somebody knocked and said nothing
                LOG.warning("?: turned away, its first words are no DICOM")
            return
        kept = "; ".join(f"{n} of study {study} kept" for study, n in caller.studies.items())
        half = ", one object came in part and is not kept" if caller.begun > 1000 else ""
        why = "sent too much at once and was cut off" if caller.too_large else "broke off"
        LOG.warning("%s: %s; %s%s", caller.sender, why, kept or "nothing was kept", half)

    def _echo(self, event: Any) -> int:
        LOG.info("%s: echo", self._caller(event).sender)
        return SUCCESS

    def _store(self, event: Any) -> int:
        caller = self._caller(event)
        try:
            return self._taken(event, caller)
        except Refused as why:
            LOG.warning("%s: refused, status %04X: %s", caller.sender, why.status, why)
            return why.status
        except (OSError, sqlite3.Error) as problem:
            what = getattr(problem, "strerror", None) or said(problem)
            line = "%s: refused, status A700: the disk does not take it (%s)"
            LOG.error(line, caller.sender, what)
            return OUT_OF_RESOURCES
        except Exception as problem:  # whatever a stranger sends must not end the node
            LOG.warning("%s: refused, status C000: not understood (%s)",
                        caller.sender, type(problem).__name__)  # fmt: skip
            return NOT_UNDERSTOOD

    def _taken(self, event: Any, caller: Caller) -> int:
        kind = str(event.request.AffectedSOPClassUID)
        if kind not in FILMS:
            raise Refused(NO_SUCH_CLASS, f"no plain film but {said(_name(kind))}")
        raw = event.encoded_dataset()
        film = _parsed(raw, event.request)
        free = shutil.disk_usage(self.spool.folder).free
        if free < self.reserve + len(raw):
            raise Refused(OUT_OF_RESOURCES, f"the disk is full ({free / 2**20:.0f} MB are left)")
        uid, study = str(film.SOPInstanceUID), str(film.StudyInstanceUID)
        patient = str(film.get("PatientID") or "")
        became = self.spool.keep(raw, content(film), uid, study, patient, caller.sender)
        if became == spools.OTHER:
            raise Refused(DUPLICATE, f"{uid} is here already with other content")
        caller.kept += 1
        caller.studies[study] = caller.studies.get(study, 0) + 1
        again = " already, and asked for again" if became == spools.REPEAT else ""
        LOG.info("%s: film %s of study %s kept%s", caller.sender, uid, study, again)
        self.came()
        return SUCCESS


def content(film: Dataset) -> bytes:
    """What a film holds, written in one way: a repeat may come in another encoding.

    Two senders, or one that is told otherwise, may write the same film with or without the kinds
    of value (PS3.5 A.1 and A.2); compressed pixels stay as they are.
    """
    stream = DicomBytesIO()
    stream.is_little_endian, stream.is_implicit_VR = True, True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write_dataset(stream, film)
    return stream.getvalue()


def _name(kind: str) -> str:
    from pydicom.uid import UID as Named

    return Named(kind).name if UID.fullmatch(kind) else kind


def _parsed(raw: bytes, request: Any) -> Dataset:
    """The whole object, every element decoded, and its numbers as they were announced."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is odd about a file is asked by the gate
        film = dcmread(BytesIO(raw))
        film.walk(lambda *_: None)
        numbers = [str(film.get(keyword) or "") for keyword in NAMED]
        kind = str(film.get("SOPClassUID") or "")
    for keyword, number in zip(NAMED, numbers, strict=True):
        if not UID.fullmatch(number):
            raise Refused(NO_MATCH, f"its {keyword} is missing or none: {said(number)!r}")
    if numbers[0] != request.AffectedSOPInstanceUID or kind != request.AffectedSOPClassUID:
        raise Refused(NO_MATCH, "it was announced under another number or as another kind")
    return film
