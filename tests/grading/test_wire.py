"""Messages between grader and sandbox: JSON with a length, and nothing else gets through."""

from __future__ import annotations

import contextlib
import socket
import struct

import pytest
from hypothesis import given, strategies as st

from readingroom.grading import wire

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@pytest.fixture
def pair():
    """Two ends of a line."""
    ends = socket.socketpair()
    yield ends
    for end in ends:
        end.close()


@given(st.dictionaries(st.text(), JSON))
def test_a_message_arrives_as_it_was(message):
    """What is sent is what is received."""
    here, there = socket.socketpair()
    with here, there:
        wire.send(here, message)
        assert wire.receive(there, 5) == message


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_an_error(data):
    """No bytes make the reader fail in another way."""
    with contextlib.suppress(wire.WireError):
        assert isinstance(wire.parse(data), dict)


@pytest.mark.parametrize("text", [b"[" * 100_000, b'{"a": NaN}', b"{", b"[]", b'{"a": 1e999'])
def test_odd_texts_are_refused(text):
    """Depth without end, NaN, half a text and lists are no messages."""
    with pytest.raises(wire.WireError):
        wire.parse(text)


def test_a_lie_about_the_length(pair):
    """Too long is refused before it is read; too short waits no longer than it may."""
    pair[0].sendall(struct.pack("!I", 2**31) + b"x")
    with pytest.raises(wire.TooMuch):
        wire.receive(pair[1], 5)
    pair[0].sendall(struct.pack("!I", 50) + b"y" * 20)
    with pytest.raises(wire.WireError):
        wire.receive(pair[1], 0.3)


def test_the_end_of_the_line(pair):
    """A closed line is told from a late message."""
    with pytest.raises(wire.TooLate):
        wire.receive(pair[1], 0.1)
    pair[0].close()
    with pytest.raises(wire.Ended):
        wire.receive(pair[1], 5)
