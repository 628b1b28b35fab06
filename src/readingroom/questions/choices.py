"""Questions answered by one letter, with or without the number of a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Unpack

from readingroom.questions import kinds, offers
from readingroom.questions.exercises import NO_REASON, Exercise
from readingroom.questions.question import Words, question
from readingroom.questions.slips import slip


def _listed(letters: Sequence[str]) -> str:
    return f"{', '.join(letters[:-1])} and {letters[-1]}"


def choice(
    slug: str,
    right: tuple[str, int],
    *,
    names: str,
    letters: Mapping[str, tuple[str, str]],
    because: tuple[str, str],
    wrong_reasons: Mapping[int, tuple[str, str]] | None = None,
    reasons: int = 4,
    reason_first: bool = False,
    said: Mapping[str, str] | None = None,
    **words: Unpack[Words],
) -> Exercise:
    """Build a judge question: one letter and the number of the reason for it.

    A reason that is not on the page is always told so; it is never taken for a wrong reason.

    Parameters
    ----------
    right : tuple of (str, int)
        Letter and reason.
    names : str
        The two variables of the answer cell, such as ``"honest, because"``.
    letters : dict
        Each other letter to the name of the slip and its sentence.
    because : tuple of str
        Name and sentence of the right letter with a wrong reason.
    wrong_reasons : dict, optional
        A wrong reason that deserves a sentence of its own: its number to name and sentence.
    reasons : int
        How many the page gives.
    reason_first : bool
        Whether a reason that does not exist is told before a wrong letter is.
    said : dict, optional
        ``YES`` and ``NO`` to the letters of the options that begin with these words.
    **words
        See `Words`; `otherwise` and `unfit` are derived.

    Raises
    ------
    ValueError
        The right letter stands among the wrong ones, or the right reason does not exist.
    """
    good, why = right
    if good in letters or not 1 <= why <= reasons:
        raise ValueError(f"{slug}: {good}, {why} cannot be the right answer of this question.")
    numbers = range(1, reasons + 1)
    meant = said or {}

    def lettered(answer: tuple[str, int]) -> tuple[str, int]:
        return meant.get(answer[0], answer[0]), answer[1]

    absent = slip(
        NO_REASON,
        (good, reasons + 1),
        f"The reasons are numbered 1 to {reasons}.",
        lambda answer: answer[1] not in numbers,
    )
    other = [
        slip(
            name,
            (letter, why),
            says,
            lambda answer, frozen, letter=letter: lettered(answer)[0] == letter,
        )
        for letter, (name, says) in letters.items()
    ]
    told = wrong_reasons or {}
    other += [
        slip(
            name,
            (good, number),
            says,
            lambda answer, frozen, to=(good, number): lettered(answer) == to,
        )
        for number, (name, says) in told.items()
    ]
    another_reason = next(n for n in numbers if n != why and n not in told)
    cheap = slip(because[0], (good, another_reason), because[1],
                 lambda answer: lettered(answer)[0] == good)  # fmt: skip
    words.setdefault("otherwise", "Choose one of {} and a reason from 1 to {}.".format(
        ", ".join(sorted([good, *letters])), reasons))  # fmt: skip
    words.setdefault(
        "unfit",
        f"One letter in quotation marks, then the number of a reason, 1 to {reasons}: "
        f'{names} = "{min([good, *letters])}", 1',
    )
    slips = (absent, *other, cheap) if reason_first else (*other, absent, cheap)
    forms = [(good.lower(), why), [good, float(why)], (f"{good}.", f"reason {why}")]
    forms += [(word.title(), why) for word, to in meant.items() if to == good]
    return question(slug, kinds.choice(), right, lambda answer: lettered(answer) == right,
                    *slips, derive=lambda _: forms, **words)  # fmt: skip


def letter(
    slug: str,
    right: str,
    *,
    letters: Mapping[str, tuple[str, str]],
    absent: str = "no such letter",
    **words: Unpack[Words],
) -> Exercise:
    """Build a question answered by one letter: ``Q``, ``q``, ``Q.``, ``model Q``.

    Parameters
    ----------
    right : str
        The letter.
    letters : dict
        Each other letter to the name of the slip and its sentence.
    absent : str
        Name of the slip of a letter that is not on the page.
    **words
        See `Words`; `otherwise` and `unfit` are derived.
    """
    known = sorted([right, *letters])

    def plain(answer: str) -> str:
        return kinds.letter_of(answer) or answer.strip().upper()

    def typed(wanted: str) -> Callable[[str], bool]:
        return lambda answer: plain(answer) == wanted

    told = f"Give one of the letters {_listed(known)}."
    words.setdefault("otherwise", told)
    quoted = [f'"{one}"' for one in known]
    words.setdefault(
        "unfit", f"One letter in quotation marks: {', '.join(quoted[:-1])} or {quoted[-1]}."
    )
    words.setdefault("offer", offers.fill("[]", offers.one("Your letter", known)))
    outside = next(one for one in "AZ" if one not in known)
    slips = [slip(name, one, says, typed(one)) for one, (name, says) in letters.items()]
    slips += [slip(absent, outside, told, lambda answer: plain(answer) not in known)]
    forms = [right.lower(), f" {right}. ", f"model {right}", f"{right} is the one", f"'{right}'"]
    return question(slug, kinds.text(80), right, typed(right),
                    *slips, derive=lambda _: forms, **words)  # fmt: skip
