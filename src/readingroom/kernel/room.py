"""What a learner's kernel tells a room's shared folder, where a teacher has named one.

Off unless ``READINGROOM_ROOM`` names a folder. Then each opening of a lesson keeps one small file
there under a random name: the lesson, each exercise checked with its tries and whether it is right,
the one checked last, and the minute. Nothing in it says who or where. `readingroom.learner.room`
reads the files of a room.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from datetime import UTC, datetime
from pathlib import Path

from readingroom import files

SETTING = "READINGROOM_ROOM"
PATIENCE = 1.0  # seconds that a learner waits for a folder that does not answer
MINUTE = "%Y-%m-%dT%H:%MZ"
UNTOLD = (
    "The room's shared folder cannot be written, so your teacher does not see this exercise in the "
    "room's count. Your answer is kept; go on."
)


class Opening:
    """One opening of a lesson: a random name, and the exercises checked since.

    Parameters
    ----------
    lesson : str
        Such as ``"03"``.
    """

    def __init__(self, lesson: str) -> None:
        self.lesson = lesson
        self.name = f"{secrets.token_hex(16)}.json"
        self.tries: dict[str, int] = {}
        self.right: dict[str, bool] = {}
        self.failed = False

    def told(self, slug: str, now: datetime) -> dict:
        """What the file holds, JSON types only; the time is cut to the minute."""
        return {
            "lesson": self.lesson,
            "exercises": {one: [self.tries[one], self.right[one]] for one in self.tries},
            "last": slug,
            "minute": now.astimezone(UTC).strftime(MINUTE),
        }

    def note(self, slug: str, right: bool) -> str:
        """Count a try and tell the room.

        Parameters
        ----------
        slug : str
            The exercise.
        right : bool
            Whether this try was; once right stays right.

        Returns
        -------
        str
            A sentence for the learner the first time that the folder fails, else an empty text.
        """
        folder = os.environ.get(SETTING)
        if not folder or self.failed:
            return ""
        self.tries[slug] = self.tries.get(slug, 0) + 1
        self.right[slug] = self.right.get(slug, False) or right
        now = datetime.now(UTC)
        text = json.dumps(self.told(slug, now))
        done: list[bool] = []

        def write() -> None:
            try:
                target = Path(folder) / self.name
                files.write_text(target, text)
                minute = now.replace(second=0, microsecond=0).timestamp()
                os.utime(target, (minute, minute))
            except (OSError, ValueError):  # ValueError: no path at all
                return
            done.append(True)

        # a network's folder may hang; the learner must not hang with it
        thread = threading.Thread(target=write, daemon=True)
        thread.start()
        thread.join(PATIENCE)
        self.failed = not done
        return UNTOLD if self.failed else ""
