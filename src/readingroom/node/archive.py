"""An archive for teaching: a small PACS in this process, on this machine's own address.

It answers C-ECHO, C-STORE, C-FIND and C-MOVE as DICOM PS3.4 says, so any other DICOM program can
talk to it. Where Orthanc is installed, `readingroom.node.orthanc` puts a real one in its place.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset
from pynetdicom import AE, ALL_TRANSFER_SYNTAXES, AllStoragePresentationContexts, evt
from pynetdicom.presentation import build_context
from pynetdicom.transport import ThreadedAssociationServer

from readingroom import files
from readingroom.node import classes, client, matching
from readingroom.node.address import LOOPBACK, Address, NodeError, said, title

OUT_OF_RESOURCES, NOT_UNDERSTOOD = 0xA700, 0xC000
HEADER_ONLY = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")


class Archive:
    """A PACS in this process; use it in a ``with`` block.

    Parameters
    ----------
    ae_title : str
    folder : path, optional
        Where objects are kept; by default a temporary folder that goes with the archive.
    port : int
        0 takes any free one.
    knows : dict of str to Address, optional
        Nodes to which objects may be moved, by AE title; more can be added while it runs.

    Attributes
    ----------
    address : Address
        Where it listens, while it runs.
    arrivals : list of str
        SOP Instance UIDs in the order in which they were stored, repeats too.
    log : list of str
        One line for each thing that was asked of it.
    """

    def __init__(
        self,
        ae_title: str = "ARCHIVE",
        folder: str | Path | None = None,
        port: int = 0,
        knows: Mapping[str, Address] | None = None,
    ) -> None:
        self.ae_title, self.port, self.knows = title(ae_title), port, dict(knows or {})
        self.arrivals: list[str] = []
        self.log: list[str] = []
        self._own = tempfile.TemporaryDirectory() if folder is None else None
        self.folder = Path(self._own.name if self._own else folder)  # type: ignore[arg-type]
        self._headers: dict[str, Dataset] = {}
        self._lock = threading.Lock()
        self._server: ThreadedAssociationServer | None = None

    def __enter__(self) -> Archive:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self._own:
            self._own.cleanup()

    def start(self) -> Archive:
        """Read what lies in the folder, and listen.

        Raises
        ------
        NodeError
            The port is taken or the folder cannot be used.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for path in sorted(self.folder.glob("*.dcm")):
                self._note(dcmread(path, stop_before_pixels=True))
        except OSError as problem:
            raise NodeError(
                f"The archive's folder cannot be used ({problem.strerror})."
            ) from problem
        own = AE(self.ae_title)
        own.require_called_aet = True
        own.supported_contexts = [build_context(kind) for kind in classes.ASKED]
        for context in AllStoragePresentationContexts:
            own.add_supported_context(str(context.abstract_syntax), ALL_TRANSFER_SYNTAXES)
        handlers: list[Any] = [
            (evt.EVT_C_ECHO, self._echo), (evt.EVT_C_STORE, self._store),
            (evt.EVT_C_FIND, self._find), (evt.EVT_C_MOVE, self._move),
        ]  # fmt: skip
        try:
            server: Any = own.start_server(
                (LOOPBACK, self.port), block=False, evt_handlers=handlers
            )
        except OSError as problem:
            raise NodeError(
                f"Port {self.port} cannot be used ({problem.strerror}); name another."
            ) from problem
        self._server, self.port = server, server.server_address[1]
        return self

    def stop(self) -> None:
        """Listen no more; what was stored stays in the folder."""
        if self._server is not None:
            self._server.shutdown()
            self._server = None

    @property
    def address(self) -> Address:
        """Where it listens."""
        return Address(self.ae_title, LOOPBACK, self.port)

    def __len__(self) -> int:
        return len(self._headers)

    def stored(self, study: str = "", modality: str = "") -> list[FileDataset]:
        """The objects, in the order of their first arrival.

        Parameters
        ----------
        study : str
            Study Instance UID, or "" for all.
        modality : str
            Such as ``SR``, or "" for all.
        """
        with self._lock:
            wanted = [
                uid for uid, header in self._headers.items()
                if study in ("", header.get("StudyInstanceUID"))
                and modality in ("", header.get("Modality"))
            ]  # fmt: skip
        return [dcmread(self._path(uid)) for uid in wanted]

    def _path(self, uid: str) -> Path:
        """A name made of hexadecimal digits alone, whatever the UID holds."""
        return self.folder / f"{sha256(uid.encode()).hexdigest()[:40]}.dcm"

    def _note(self, data: Dataset) -> None:
        kept = Dataset()
        for element in data:
            if element.keyword not in HEADER_ONLY and element.VR != "SQ":
                kept.add(element)
        with self._lock:
            self._headers[str(data.SOPInstanceUID)] = kept

    def _say(self, event: Any, line: str) -> None:
        with self._lock:
            self.log.append(f"{said(event.assoc.requestor.ae_title, 16)}: {line}")

    def _echo(self, event: Any) -> int:
        self._say(event, "echo")
        return 0

    def _store(self, event: Any) -> int:
        try:
            data = event.dataset
            data.file_meta = event.file_meta
            uid = str(event.request.AffectedSOPInstanceUID)
            if str(data.SOPInstanceUID) != uid:
                raise ValueError("two numbers for one object")
            raw = event.encoded_dataset()
        except Exception as problem:  # whatever a stranger sends must not end the archive
            self._say(event, f"store refused, not understood ({type(problem).__name__})")
            return NOT_UNDERSTOOD
        try:
            files.write_bytes(self._path(uid), raw)
        except OSError as problem:
            self._say(event, f"store refused ({problem.strerror})")
            return OUT_OF_RESOURCES
        self._note(data)
        with self._lock:
            self.arrivals.append(uid)
        self._say(event, f"store {said(data.get('Modality', '?'), 16)} {said(uid)}")
        return 0

    def _find(self, event: Any) -> Iterator[tuple[int, Dataset | None]]:
        query = event.identifier
        level = str(query.get("QueryRetrieveLevel", ""))
        if level not in matching.LEVELS:
            self._say(event, f"find refused, level {said(level)!r}")
            yield NOT_UNDERSTOOD, None
            return
        with self._lock:
            headers = list(self._headers.values())
        found = matching.answers(headers, query, level)
        self._say(event, f"find {level.lower()}: {len(found)} found")
        for match in found:
            if event.is_cancelled:
                yield 0xFE00, None
                return
            match.RetrieveAETitle = self.ae_title
            yield 0xFF00, match

    def _move(self, event: Any) -> Iterator[Any]:
        wanted = self.knows.get(str(event.move_destination).strip())
        if wanted is None:
            self._say(event, f"move refused, {said(event.move_destination, 16)} is not known")
            yield None, None
            return
        with self._lock:
            headers = list(self._headers.values())
        chosen = matching.chosen(headers, event.identifier)
        self._say(event, f"move {len(chosen)} to {wanted.ae_title}")
        objects = [dcmread(self._path(str(header.SOPInstanceUID))) for header in chosen]
        contexts = client.contexts_for(objects)
        yield wanted.host, wanted.port, {"contexts": contexts, "ae_title": wanted.ae_title}
        yield len(objects)
        for data in objects:
            if event.is_cancelled:
                yield 0xFE00, None
                return
            yield 0xFF00, data
