"""Who listens where: the application entity title, host and port of a DICOM node."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from readingroom.data.errors import DataError

LOOPBACK = "127.0.0.1"
TITLE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,14}[\x21-\x7e])?")
"""One to 16 printable signs, none of them a backslash (PS3.5 6.2, AE)."""


class NodeError(DataError):
    """One plain sentence: what went wrong between two nodes, and what to do."""


@dataclass(frozen=True)
class Address:
    """A DICOM node as another one calls it.

    Attributes
    ----------
    ae_title : str
    host : str
        Name or number of the machine.
    port : int
    """

    ae_title: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.ae_title}@{self.host}:{self.port}"


def title(text: str) -> str:
    """An application entity title, checked.

    Raises
    ------
    NodeError
        It is none.
    """
    plain = text.strip(" ")
    if not TITLE.fullmatch(plain) or "\\" in plain:
        raise NodeError(
            f"{said(text)!r} is no AE title: use 1 to 16 letters, digits or signs, no backslash."
        )
    return plain


def parse(text: str) -> Address:
    """Read ``AE@host:port``.

    Raises
    ------
    NodeError
        With the form that is expected.
    """
    name, at, place = text.strip().rpartition("@")
    host, colon, port = place.rpartition(":")
    host = host.strip("[]")
    if not (at and colon and name and host and port.isascii() and port.isdigit()):
        raise NodeError(f"{said(text)!r} is no address; write it as ARCHIVE@127.0.0.1:4242.")
    if not 1 <= int(port) <= 65535:
        raise NodeError(f"{said(port)} is no port: a port is a number from 1 to 65535.")
    return Address(title(name), host, int(port))


def on_this_machine(host: str) -> bool:
    """Say whether a host is this machine's own loopback address, which nobody else can reach."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def said(value: object, longest: int = 64) -> str:
    """What a stranger sent, fit for one line of a log: no control signs, not too long."""
    text = "".join(c if c.isprintable() else "?" for c in str(value)[: longest + 1])
    return text if len(text) <= longest else text[: longest - 1] + "…"
