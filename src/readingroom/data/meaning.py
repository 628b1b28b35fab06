"""What the words in a column of labels mean: label 1, label 0, or neither."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import dataclass, field

from readingroom.data import films
from readingroom.data.errors import DataError
from readingroom.data.spelling import as_seen

NEGATIVE = (
    *("0", "no", "n", "none", "false", "negative", "neg", "normal", "healthy", "absent"),
    *("control", "no finding", "no findings", "clear", "not present", "unremarkable"),
    *("nein", "negativ", "gesund", "unauffällig", "ohne befund", "o.b.", "kein befund"),
    *("non", "négatif", "negatif", "sain", "no hallazgos", "negativo", "sano", "não", "nao"),
    *("nee", "nej", "nie", "нет", "否", "无", "いいえ", "なし", "아니오", "없음"),
)
# "abnormal" resembles "normal", and is no slip of it.
NO_SLIP = ("abnormal", "female", "male")
POSITIVE = (
    *("1", "yes", "y", "true", "positive", "pos", "present"),
    *("ja", "positiv", "oui", "positif", "sí", "si", "sim", "positivo", "tak", "да"),
    *("是", "有", "はい", "あり", "예", "있음"),
)
# Neither yes nor no. CheXpert and MIMIC write -1 for uncertain and leave "not mentioned" empty.
UNSURE = (
    *("-1", "nan", "n/a", "na", "null", "none given", "unknown", "unk", "missing", "?", "??", "-"),
    *("--", ".", "#n/a", "#nv", "u", "maybe", "unsicher", "fraglich", "unklar", "unbekannt"),
    *("keine angabe", "k.a.", "k. a.", "incertain", "inconnu", "incierto", "dudoso", "incerto"),
    *(
        "onzeker",
        "onbekend",
        "不明",
        "不确定",
        "疑い",
        "未知",
        "可能",
        "待定",
        "n.a.",
        "n. a.",
        "<na>",
    ),
    *("\\n", "not sure", "don't know", "tbd", "tbc", "pending", "±", "(+)", "error", "see report"),
    *("douteux", "douteuse", "sospechoso", "podejrzenie", "возможно", "подозрение", "ungewiss"),
)
ERROR = re.compile(r"#\S+[!?]|#\S*/\S*")  # of a spreadsheet: #REF!, #DIV/0!
CODE = re.compile(r"-\d+|0[.,]5|7{1,4}|8{1,4}|9{1,4}")  # numbers that stand for "no answer"
DOUBT = re.compile(
    r"^\?|\?\W*$|\b(uncertain\w*|indeterminate|equivocal|inconclusive|undetermined|questionable|doubtful"
    r"|possibl[ey]|probabl[ey]|suspected|suspicious|borderline|unclear|unsure|undecided|ambiguous"
    r"|not (?:assessed|evaluated|evaluable|mentioned|known|available|stated|done|reported)"
    r"|cannot (?:be )?(?:exclude|rule|assess|determine|judge|say)\w*|can't exclude|rule out"
    r"|(?:limited|poor|bad) quality|(?:technically )?inadequate|not interpretable|likely"
    r"|non-?diagnostic|verdacht|v\.\s?a\.|fraglich\w*|nicht (?:beurteilbar|bekannt|befundet))"
)
DENIED = re.compile(r"(no|not|non|without|kein\w*|ohne|nicht|sans|sin|senza|absence)\b|non-|un")


@dataclass
class Meaning:
    """What the words in a label column mean.

    Attributes
    ----------
    label : dict
        From each word as written to 0 or 1.
    name : str
        What label 1 means.
    typos : dict
        From a word that was not understood to the one it resembles, or "".
    doubtful : set of str
        Words, as written, that say neither: uncertain, not assessed, -1.
    """

    label: dict
    name: str
    typos: dict
    doubtful: set = field(default_factory=set)

    def said(self) -> list[str]:
        """Return which words became 1 and which 0, for the learner to compare."""
        lines = []
        for value in (1, 0):
            words = sorted({_plain(word) for word, number in self.label.items() if number == value})
            lines.append(f"label {value} is: {_some(words)}")
        return lines


def meaning(words: list[str], column: str, positive: str | None = None) -> Meaning:
    """Find out which words are label 1 and which are label 0.

    Parameters
    ----------
    words : list of str
        The column, one word per film; empty ones are left out.
    column : str
        Its name, for the sentences and where the words are only numbers.
    positive : str or None
        The word or words (separated by commas) that are label 1; all others are 0, but those that
        say "uncertain" in one way or another, which are neither unless they are asked for.

    Raises
    ------
    DataError
        If there is one word only, or it cannot be told which of several is label 1.
    """
    counts = Counter(_plain(word) for word in words if word.strip())
    if not counts:
        raise DataError(f"The column {column!r} is empty; name another with --label-column.")
    wanted = [_plain(word) for word in (positive or "").split(",") if word.strip()]
    doubtful = {word for word in counts if unsure(word) and word not in wanted}
    doubtful |= {word for word in counts if word not in wanted and _near(word, wanted)}
    doubtful |= _no_answers(set(counts) - doubtful, wanted)
    if "+" in counts:  # beside it a dash is no gap but the other answer
        doubtful.discard("-")
    for word in doubtful:
        del counts[word]
    if not counts:
        raise DataError(f"Every label in column {column!r} is uncertain; name another column.")
    typos = _typos(counts, wanted)
    kinds = [word for word, _ in counts.most_common() if word not in typos]
    if "-1" in doubtful and set(kinds) == {"1"}:
        raise DataError(
            f"The labels in column {column!r} are 1 and -1, and -1 is 'uncertain' in some tables "
            "and 'not ill' in others; write 0 for not ill."
        )
    if wanted:
        missing = [word for word in wanted if not any(_holds(kind, word) for kind in kinds)]
        if missing:
            raise DataError(
                f"No film is labelled {missing[0]!r} in column {column!r}; the labels are "
                f"{_some(kinds)}."
            )
        ones = {kind for kind in kinds if any(_holds(kind, word) for word in wanted)}
        name = " or ".join(wanted)
    else:
        ones, name = _by_habit(kinds, column, counts)
    if len(kinds) < 2 or len(ones) == len(kinds):
        raise DataError(
            f"Every film is labelled {kinds[0]!r} in column {column!r}, and one diagnosis alone "
            "cannot be learned; name another column with --label-column, such as the view."
        )
    label = {kind: int(kind in ones) for kind in kinds}
    as_written = {word: label[_plain(word)] for word in words if _plain(word) in label}
    slips = {word: typos[_plain(word)] for word in words if _plain(word) in typos}
    return Meaning(as_written, name, slips, {word for word in words if _plain(word) in doubtful})


def unsure(kind: str) -> bool:
    """Say whether a label says neither yes nor no: uncertain, not assessed, or a dash."""
    parts = [part.strip() for part in re.split(r"[|;/+]", kind) if part.strip()]
    return kind in UNSURE or any(part in UNSURE or bool(DOUBT.search(part)) for part in parts)


def _near(kind: str, wanted: list[str]) -> bool:
    """Whether a label says something about the finding asked for that is neither it nor its denial.

    ``bacterial pneumonia``, ``DD pneumonia``: nobody but the reader knows what these are.
    """
    if any(_holds(kind, word) for word in wanted) or DENIED.match(kind):
        return False
    named = [word for word in wanted if len(word) > 2]
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", kind) for word in named)


def _no_answers(kinds: set[str], wanted: list[str]) -> set[str]:
    """Codes such as 9 or -99 beside 0 and 1, numbers beside words, errors of a spreadsheet."""
    numbers = {kind for kind in kinds if re.fullmatch(r"-?\d+([.,]\d+)?", kind)}
    errors = {kind for kind in kinds if ERROR.fullmatch(kind)}
    other = numbers - {"0", "1"} - set(wanted)
    codes = {kind for kind in other if CODE.fullmatch(kind)}
    if kinds - numbers - errors or other == codes:
        return errors | other
    return errors


def _plain(word: str) -> str:
    word = as_seen(word.replace("_", " "))
    return re.sub(r"^(-?\d+)[.,]0+$", r"\1", word)


def _holds(kind: str, word: str) -> bool:
    """Say whether a label names a finding, alone or in a list such as ``a|b``."""
    return kind == word or word in [part.strip() for part in re.split(r"[|;/+]", kind)]


def _typos(counts: Counter, wanted: list[str]) -> dict:
    """Return rare words that resemble a frequent one (or the one asked for), and which."""
    total = sum(counts.values())
    sure = {*wanted, *NEGATIVE, *POSITIVE, *NO_SLIP}
    rare = [w for w, n in counts.items() if n <= max(1, 0.02 * total) and w not in sure]
    frequent = wanted + [w for w, n in counts.most_common() if w not in rare]
    found = {}
    for word in rare:
        near = difflib.get_close_matches(word, frequent, 1, 0.75)
        # "1" and "0", or "a|b" and "a", resemble each other without being slips.
        if near and len(word) > 2 and "|" not in word and counts[near[0]] != counts[word]:
            found[word] = near[0]
    return found


def _by_habit(kinds: list[str], column: str, counts: Counter) -> tuple[set, str]:
    """Tell label 1 from label 0 by the words that everyone uses."""
    numbered = {kind: re.match(r"([01])[ \-.]+(.+)", kind) for kind in kinds}
    if len(kinds) == 2 and all(numbered.values()):
        named = {kind: found[2] for kind, found in numbered.items() if found and found[1] == "1"}
        if len(named) == 1:
            return set(named), next(iter(named.values()))
    if {films.view(kind) for kind in kinds} == {"AP", "PA"}:
        return {kind for kind in kinds if films.view(kind) == "AP"}, "AP view"
    negative = {kind for kind in kinds if kind in NEGATIVE}
    rest = [kind for kind in kinds if kind not in negative]
    if len(kinds) == 1:
        return set(), kinds[0]
    if negative and len(rest) == 1:
        name = column if rest[0] in POSITIVE else rest[0]
        return set(rest), name.replace("_", " ").lower() if name == column else name
    yes = [kind for kind in rest if kind in POSITIVE]
    denied = [kind for kind in rest if DENIED.match(kind)]
    # The commonest word is mostly the one for "not ill": the rarest is the likelier finding.
    open_to = yes or [kind for kind in rest if kind not in denied] or kinds
    likely = min(open_to, key=lambda kind: counts[kind])
    raise DataError(
        f"Which labels in column {column!r} are label 1 is not plain from {_some(kinds)}; say it "
        f"with --positive, for instance --positive {likely!r}."
    )


def _some(kinds: list[str]) -> str:
    shown = ", ".join(repr(kind) for kind in kinds[:6])
    return shown + (f" and {len(kinds) - 6} more" if len(kinds) > 6 else "")
