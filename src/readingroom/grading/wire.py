"""How the grader and a sandbox talk: JSON texts with their length in front, never pickle."""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

HEAD = struct.Struct("!I")
LARGEST = 48_000_000  # bytes of one message; the largest answer, a file, has a quarter


class WireError(Exception):
    """What came is no message: the other side ended, lied about a length, or sent no JSON."""


class Ended(WireError):
    """The other side is gone."""


class TooLate(WireError):
    """Nothing came in time."""


class TooMuch(WireError):
    """More came than is allowed."""


def send(channel: socket.socket, message: dict) -> None:
    """Send one message."""
    data = json.dumps(message, allow_nan=False).encode()
    try:
        channel.sendall(HEAD.pack(len(data)) + data)
    except OSError as error:
        raise Ended(str(error)) from error


def receive(channel: socket.socket, seconds: float | None = None, limit: int = LARGEST) -> dict:
    """Receive one message, trusting nothing in it.

    Parameters
    ----------
    channel : socket
    seconds : float, optional
        How long to wait for all of it.
    limit : int
        Largest size in bytes.

    Raises
    ------
    Ended, TooLate, TooMuch, WireError
        There is no such message.
    """
    until = None if seconds is None else time.monotonic() + seconds
    (size,) = HEAD.unpack(_exactly(channel, HEAD.size, until))
    if size > limit:
        raise TooMuch(f"a message of {size} bytes")
    return parse(_exactly(channel, size, until))


def parse(data: bytes) -> dict:
    """A message's bytes as a dict of JSON types; no NaN, no infinity."""
    try:
        message = json.loads(data, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise WireError("no JSON") from error
    if not isinstance(message, dict):
        raise WireError("no message")
    return message


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _exactly(channel: socket.socket, size: int, until: float | None) -> bytes:
    parts, missing = [], size
    while missing:
        left = None if until is None else until - time.monotonic()
        if left is not None and left <= 0:
            raise TooLate("no message in time")
        channel.settimeout(left)
        try:
            part = channel.recv(min(missing, 1 << 20))
        except TimeoutError as error:
            raise TooLate("no message in time") from error
        except OSError as error:
            raise Ended(str(error)) from error
        if not part:
            raise Ended("the other side closed")
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
