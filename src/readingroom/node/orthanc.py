"""Orthanc, a real open-source archive, run for a lesson where it is installed.

On Debian it comes with ``apt-get install orthanc``. Here it runs with a configuration of its own in
a temporary folder, without its web page, and ends with the ``with`` block.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from readingroom.node import client
from readingroom.node.address import LOOPBACK, Address, NodeError, title

PROGRAMS = ("Orthanc", "/usr/sbin/Orthanc", "orthanc")
START = 20.0  # seconds until it must answer
CALLERS = ("READINGROOM", "MODALITY", "AI")
"""Titles that may talk to it unless others are named."""


def program() -> str | None:
    """Where Orthanc is on this machine, or None."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def configuration(
    folder: str | Path, ae_title: str, port: int, knows: Mapping[str, Address]
) -> dict[str, Any]:
    """What Orthanc is told, as it stands in its configuration file.

    Orthanc has no setting for the address on which its DICOM side listens. So it is told to talk
    only to the nodes listed, and only from the host listed for each: all are on this machine.

    Parameters
    ----------
    folder : path
        Where it keeps its objects.
    ae_title : str
    port : int
    knows : dict of str to Address
        Every node that may send, ask, or be sent to.
    """
    return {
        "Name": "Reading Room, for teaching",
        "StorageDirectory": str(folder),
        "IndexDirectory": str(folder),
        "DicomServerEnabled": True,
        "DicomAet": ae_title,
        "DicomPort": port,
        "DicomCheckCalledAet": True,
        "DicomCheckModalityHost": True,
        "DicomAlwaysAllowEcho": False,
        "DicomAlwaysAllowStore": False,
        "DicomAlwaysAllowFind": False,
        "DicomAlwaysAllowGet": False,
        "DicomAlwaysAllowMove": False,
        "DicomModalities": {name: [n.ae_title, n.host, n.port] for name, n in knows.items()},
        "HttpServerEnabled": False,
        "RemoteAccessAllowed": False,
        "OverwriteInstances": True,
        "Plugins": [],
    }


def script(configured: str | Path, address: Address) -> str:
    """The same in a shell: start it, ask whether it is there, send a film, ask what it has.

    Parameters
    ----------
    configured : path
        The configuration file.
    address : Address
        Where it listens.
    """
    name, host, port = address.ae_title, address.host, address.port
    return "\n".join([
        f"Orthanc {configured}",
        "# in another window, with dcmtk (apt-get install dcmtk):",
        f"echoscu  -aet READINGROOM -aec {name} {host} {port}",
        f"storescu -aet READINGROOM -aec {name} {host} {port} film.dcm",
        f"findscu  -S -aet READINGROOM -aec {name} -k QueryRetrieveLevel=STUDY "
        f"-k StudyInstanceUID -k PatientID {host} {port}",
        f"movescu  -S -aet READINGROOM -aec {name} -aem MODALITY -k QueryRetrieveLevel=STUDY "
        f"-k StudyInstanceUID=1.2.3 {host} {port}",
    ])  # fmt: skip


class Orthanc:
    """Orthanc in a process of its own; use it in a ``with`` block, as `Archive`.

    Parameters
    ----------
    ae_title : str
    port : int
        0 takes any free one.
    knows : dict of str to Address, optional
        Nodes to which objects may be moved, by AE title. Orthanc reads its list once: nodes that
        are added later are not known.
    more : dict, optional
        Further lines of its configuration; they win over those of `configuration`.

    Attributes
    ----------
    address : Address
        Where it listens.
    configured : str
        The configuration that it was started with.
    """

    def __init__(
        self,
        ae_title: str = "ORTHANC",
        port: int = 0,
        knows: Mapping[str, Address] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        self.ae_title, self.more = title(ae_title), dict(more or {})
        self.knows = {name: Address(name, LOOPBACK, 104) for name in CALLERS} | dict(knows or {})
        self.address = Address(self.ae_title, LOOPBACK, port)
        self.configured = ""
        self._folder: tempfile.TemporaryDirectory | None = None
        self._process: subprocess.Popen | None = None

    @property
    def script(self) -> str:
        """What would do the same by hand."""
        return script("orthanc.json", self.address)

    def __enter__(self) -> Orthanc:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Orthanc:
        """Start it and wait until it answers.

        Raises
        ------
        NodeError
            It is not installed, or does not start.
        """
        found = program()
        if found is None:
            raise NodeError(
                "Orthanc is not installed; on Debian: apt-get install orthanc. "
                "The archive in this process does the same here."
            )
        if not self.address.port:
            self.address = Address(self.ae_title, LOOPBACK, _free_port())
        self._folder = tempfile.TemporaryDirectory(prefix="readingroom-orthanc-")
        place = Path(self._folder.name)
        told = configuration(place / "store", self.ae_title, self.address.port, self.knows)
        told |= self.more
        self.configured = json.dumps(told, indent=1)
        (place / "orthanc.json").write_text(self.configured, "utf-8")
        with (place / "orthanc.log").open("wb") as log:
            self._process = subprocess.Popen(
                [found, str(place / "orthanc.json")], stdout=log, stderr=log, cwd=place
            )
        self._wait(place / "orthanc.log")
        return self

    def _wait(self, log: Path) -> None:
        """Until it answers an echo."""
        end = time.monotonic() + START
        while time.monotonic() < end and self._process and self._process.poll() is None:
            try:
                if client.echo(self.address):
                    return
            except NodeError:
                time.sleep(0.1)
        lines = [line for line in log.read_text("utf-8", "replace").splitlines() if line[:1] == "E"]
        self.stop()
        raise NodeError(f"Orthanc did not start: {lines[-1] if lines else 'it says nothing'}")

    def stop(self) -> None:
        """End it; its folder goes too."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def _free_port() -> int:
    with socket.socket() as one:
        one.bind((LOOPBACK, 0))
        return int(one.getsockname()[1])
