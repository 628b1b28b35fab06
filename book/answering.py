"""Choices that can be answered in the book, with the lesson's own replies.

Each answer that can be clicked is judged here, when the book is built, by the same check as in the
lesson. The page holds every reply enciphered under a key that is made from the answer itself. So
neither the right answer nor a reply can be read in the page's source. Whoever tries every answer
finds the right one, by clicking or by a program: there are few. It keeps a glance from spoiling the
question, and is no protection for an examination.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import html
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import nbformat
from nbformat import NotebookNode

from readingroom.questions import exercises, offers

MOST = 200  # answers to a question; with more of them the page would grow
PARTS = {"one", "order"}
ID_BYTES = 8
SAID = {exercises.RIGHT: "Right.", exercises.PARTLY: "Partly right.", exercises.WRONG: "Not right."}


class Later:
    """A lesson's frozen data, fetched when a check first looks at it: most choices never do."""

    def __init__(self, number: str, mode: str) -> None:
        self._asked = number, mode

    def __getattr__(self, name: str) -> Any:
        return getattr(exercises.frozen(*self._asked), name)

    def __getitem__(self, name: Any) -> Any:
        return exercises.frozen(*self._asked)[name]


@dataclass(frozen=True)
class Group:
    """One thing to choose: its label, and each option's words and the code it stands for."""

    label: str
    options: tuple[tuple[str, str], ...]


def groups(exercise: exercises.Exercise) -> tuple[str, list[Group]] | None:
    """An answer's text with blanks ``[]`` and what can fill them.

    None where an answer needs code, is typed, or has too many forms.
    """
    if exercise.kind.name == "choice":
        letters = {exercise.reference(None)[0], *(w.example(None)[0] for w in exercise.wrong)}
        absent = next(w for w in exercise.wrong if w.name == exercises.NO_REASON)
        numbers = [str(n) for n in range(1, absent.example(None)[1])]
        found = [
            Group("Your answer", tuple((one, f'"{one}"') for one in sorted(letters))),
            Group("because of reason", tuple((one, one) for one in numbers)),
        ]
        return "([], [])", found
    offer = exercise.offer
    if exercise.kind.name == "function":
        return None  # its options are pieces of code
    if offer is None or not {part.kind for part in offer.parts} <= PARTS:
        return None
    found = [Group(part.label, tuple(_options(part))) for part in offer.parts]
    count = 1
    for group in found:
        count *= len(group.options)
    if count > MOST or not all(_literal(text) for text in _answers(offer.text, found)):
        return None
    return offer.text, found


def _options(part: offers.Part) -> Iterator[tuple[str, str]]:
    if part.kind == "one":
        yield from part.words
        return
    for order in itertools.permutations(part.words):
        yield ", ".join(word for word, _ in order), f"[{', '.join(code for _, code in order)}]"


def _answers(text: str, found: list[Group]) -> Iterator[str]:
    for chosen in itertools.product(*(group.options for group in found)):
        pieces = text.split("[]")
        codes = [*(code for _, code in chosen), ""]
        yield "".join(itertools.chain.from_iterable(zip(pieces, codes, strict=True)))


def _literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return False
    return True


def _sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"|".join(parts)).digest()


def sealed(salt: str, answer: str, told: bytes) -> tuple[str, str]:
    """A reply under the key of its answer.

    Parameters
    ----------
    salt : str
        Differs from exercise to exercise.
    answer : str
        The chosen positions, such as ``"2,0"``.
    told : bytes
        The reply.

    Returns
    -------
    (str, str)
        What tells the answer's entry from the others, in hexadecimal, and the reply in base64.
    """
    key = _sha(salt.encode(), answer.encode())
    blocks = -(-len(told) // 32)
    stream = b"".join(_sha(key, str(block).encode()) for block in range(blocks))
    hidden = bytes(a ^ b for a, b in zip(told, stream, strict=False))
    return _sha(key, b"id")[:ID_BYTES].hex(), base64.b64encode(hidden).decode("ascii")


def facts(exercise: exercises.Exercise, frozen: Any) -> dict | None:
    """What the page knows of one exercise; None where it cannot be answered there."""
    found = groups(exercise)
    if found is None:
        return None
    text, parts = found
    told = {}
    ranges = itertools.product(*(range(len(part.options)) for part in parts))
    for chosen, typed in zip(ranges, _answers(text, parts), strict=True):
        verdict, _ = exercises.examine(exercise, ast.literal_eval(typed), frozen)
        noted = exercise.sealed and verdict.status == exercises.RIGHT
        status = "Noted." if noted else SAID.get(verdict.status, "Not read.")
        right = verdict.status == exercises.RIGHT
        reply = {"right": right, "status": status, "says": verdict.reason}
        told[",".join(map(str, chosen))] = json.dumps(reply, ensure_ascii=False).encode("utf-8")
    if not any(json.loads(reply)["right"] for reply in told.values()):
        raise ValueError(f"{exercise.slug}: the page offers no right answer to this question.")
    longest = max(map(len, told.values()))  # all equally long, so that a length tells nothing
    salt = _sha(b"readingroom", exercise.slug.encode()).hex()
    replies = dict(
        sorted(sealed(salt, answer, reply.ljust(longest)) for answer, reply in told.items())
    )
    shown = [{"label": p.label, "options": [words for words, _ in p.options]} for p in parts]
    return {"slug": exercise.slug, "salt": salt, "parts": shown, "replies": replies}


def block(known: dict) -> NotebookNode:
    """The cell that asks: buttons where scripts may run, a sentence where they may not."""
    data = json.dumps(known, ensure_ascii=False).replace("</", "<\\/")
    text = (
        f'<div class="rr-ask" id="ask-{html.escape(known["slug"])}">'
        "<p>(Where scripts may run, you answer here.)</p>"
        f'<script type="application/json">{data}</script></div>'
    )
    cell = nbformat.v4.new_markdown_cell(text)
    cell.id = f"ask-{known['slug']}"[:64]
    return cell


def needs_code(slug: str, address: str) -> NotebookNode:
    """The cell below a question that the page cannot judge: the way to it on Binder."""
    cell = nbformat.v4.new_markdown_cell(
        f"[Do this exercise on Binder]({address}): this page cannot check an answer to it."
    )
    cell.id = f"code-{slug}"[:64]
    return cell


def of_lesson(number: str, mode: str) -> dict[str, dict]:
    """What the page knows of each exercise of a lesson that can be answered there, by slug."""
    frozen = Later(number, mode)
    known = {slug: facts(one, frozen) for slug, one in exercises.of_lesson(number).items()}
    return {slug: found for slug, found in known.items() if found is not None}
