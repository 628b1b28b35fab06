"""Results on their way to the node that is to have them, in order, until they have arrived."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from pydicom import dcmread
from pydicom.errors import InvalidDicomError

from readingroom.node import client
from readingroom.node.address import Address, NodeError, said
from readingroom.node.spool import Result, Spool

LOG = logging.getLogger("readingroom.node")
FIRST, LONGEST = 1.0, 60.0  # seconds until the next try; doubled each time
ANSWER = 30.0  # seconds for one object
ON_DISK = (0x0000, 0xB000, 0xB006, 0xB007, 0x0111)
"""Success, the warnings of PS3.4 B.2.3 and "I have it already": it has arrived."""


def for_good(status: int) -> bool:
    """Say whether a receiver will answer the same next time: wrong kind, not understood."""
    return status >> 12 == 0xC or status >> 8 == 0xA9 or status in (0x0122, 0x0117, 0x0106)


class Delivery(threading.Thread):
    """Sends what waits in a spool, one association at a time.

    What comes first is sent first, so the order within a study holds; while the receiver is down
    or full nothing overtakes. A result that it declines for good is said, kept and passed over.

    Parameters
    ----------
    spool : Spool
    to : Address
    calling : str
        Our AE title.
    """

    def __init__(self, spool: Spool, to: Address, calling: str) -> None:
        super().__init__(name="readingroom-delivery", daemon=True)
        self.spool, self.to, self.calling = spool, to, calling
        self.first = FIRST
        self._wake, self._end = threading.Event(), threading.Event()

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the object on its way, and send no more."""
        self._end.set()
        self._wake.set()

    def run(self) -> None:
        """Send until stopped; waits grow while nobody takes anything."""
        pause = self.first
        while not self._end.is_set():
            self._wake.clear()
            why, sent = self._tried()
            if not why and not sent:
                self._wake.wait(timeout=5.0)
                continue
            if sent:
                pause = self.first
            if why:
                LOG.warning("%s; results are kept, next try in %.0f s", why, pause)
                self._end.wait(pause)
                pause = min(2 * pause, LONGEST)

    def _tried(self) -> tuple[str, int]:
        """Send what waits; why that stopped before its end, and how many were settled."""
        sent = 0

        def settled() -> None:
            nonlocal sent
            sent += 1

        try:
            why = self._send(self.spool.waiting(), settled)
        except NodeError as problem:
            why = str(problem).rstrip(".")
        except Exception as problem:  # a thread that ends would end all sending
            why = f"Sending to {self.to} failed ({type(problem).__name__}: {said(problem)})"
        return why, sent

    def _send(self, batch: list[Result], settled: Callable[[], None]) -> str:
        objects = []
        for result in batch:
            try:
                objects.append((result, dcmread(self.spool.path("results", result.uid))))
            except (FileNotFoundError, InvalidDicomError):
                self._declined(result, "its file in the folder is gone or damaged")
                settled()
        if not objects:
            return ""
        contexts = client.contexts_for([data for _, data in objects])
        with client.association(self.to, contexts, self.calling, ANSWER) as talk:
            taken = {str(context.abstract_syntax) for context in talk.accepted_contexts}
            for result, data in objects:
                if self._end.is_set():
                    return ""
                if str(data.SOPClassUID) not in taken:
                    self._declined(result, f"{self.to} takes no such object")
                    settled()
                    continue
                answer = talk.send_c_store(data)
                if "Status" not in answer:
                    return f"{self.to} broke off"
                status = int(answer.Status)
                if status in ON_DISK:
                    self.spool.settle(result, "sent")
                    LOG.info("%s %s of study %s sent to %s", result.kind, result.uid,
                             result.study, self.to)  # fmt: skip
                    settled()
                elif for_good(status):
                    self._declined(result, f"{self.to} refuses it, status {status:04X}")
                    settled()
                else:
                    return f"{self.to} does not take it now (status {status:04X})"
        return ""

    def _declined(self, result: Result, why: str) -> None:
        self.spool.settle(result, "declined")
        LOG.error("%s %s of study %s is not sent: %s", result.kind, result.uid, result.study, why)
