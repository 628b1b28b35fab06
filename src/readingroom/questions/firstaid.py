"""First aid: one plain sentence below Python's red text, for somebody who has never programmed."""

from __future__ import annotations

import difflib
import re
import traceback
from collections.abc import Iterable

CHECK = re.compile(r'rr\.(?:check|look|judge)\("')
CURLY = re.compile("[“”„‟‘’‚«»]")
# signs that come along with a copied formula, and what Python wants in their place
SIGNS = {"−": "-", "–": "-", "×": "*", "·": "*", "÷": "/", "²": "** 2", "≥": ">=", "≤": "<="}
SIGN = re.compile(r"invalid character '(.)'")
# 0,95 where no list is: in [1, 0, 1,0 0] the same signs are two of its numbers
DECIMAL_COMMA = re.compile(r"(?<![\w.,\[({])(?<![,\[({] )0,\d|(?<=\()0,\d\d")
# 25,084 and 1 782 and 1'782: how thousands are written in one country or another
THOUSANDS = re.compile(r"(?<![\w.])[1-9]\d{0,2}(?:[,' \u00a0\u202f]\d{3})+(?!\d)")
TOGETHER = re.compile(r"[\w.]*[A-Za-z][\w.]* +\d+\b")  # film 1, which is a text of its own
NO_SIGN = "Thousands take no sign and no blank: 12000, not 12,000."
UNPACKING = re.compile(r"cannot unpack|values? to unpack")
NOT_OURS = ("KeyboardInterrupt", "SystemExit")
NUMBER_ALONE = re.compile("'(?:int|float|bool)' object has no attribute '(?:sum|mean)'")
GENERAL = (
    'Nothing is broken. Compare your line with the one after "Type", sign by sign, and run the '
    "cell again."
)


def sentence(error: BaseException, source: str = "", known: Iterable[str] = ()) -> str:
    """What went wrong and what to do next, in one or two plain sentences.

    Parameters
    ----------
    error : BaseException
        What running a cell raised.
    source : str
        The cell.
    known : iterable of str
        Names that the notebook has made, one of which may have been meant.

    Returns
    -------
    str
        Empty where nothing needs to be said.
    """
    if type(error).__name__ in NOT_OURS:
        return ""
    if isinstance(error, SyntaxError):
        return _unread(error, source)
    if UNPACKING.search(str(error)):
        return (
            "The names on the left of the = and the things on its right differ in number: give one "
            f"thing for each name, with a comma between them. {NO_SIGN}"
        )
    if _of_the_course(error):
        told = str(error)
        return told[:1].upper() + told[1:] + "." * (told[-1:].isalnum())
    if isinstance(error, NameError):
        return _unknown(error, source, known)
    return _misfit(error)


def _of_the_course(error: BaseException) -> bool:
    """Whether the course itself raised it, with a sentence made for a learner."""
    if type(error).__module__.startswith("readingroom"):
        return True
    frames = list(traceback.walk_tb(error.__traceback__))
    raised_by = frames[-1][0].f_globals.get("__name__", "") if frames else ""
    if not raised_by.startswith("readingroom"):
        return False
    # Python raises a TypeError of its own where the course calls something; that is no sentence
    line = traceback.extract_tb(error.__traceback__)[-1].line or ""
    return isinstance(error, ValueError) or (
        isinstance(error, TypeError) and line.startswith("raise ")
    )


def _unknown(error: NameError, source: str, known: Iterable[str]) -> str:
    name = error.name or str(error).partition("'")[2].partition("'")[0]
    if isinstance(error, UnboundLocalError):
        return (
            f"Nothing is in {name} yet where it is used. Give it something first, in a line above."
        )
    made = [one for one in known if not one.startswith("_") and one not in ("In", "Out", name)]
    if meant := difflib.get_close_matches(name, made, n=1, cutoff=0.75):
        return f"Nothing is called {name}. Did you mean {meant[0]}?"
    if CHECK.search(source):
        return (
            f"Nothing called {name} is there to check yet. Run the cell above first; if an error "
            "stands below it, correct that cell."
        )
    if _is_counted_with(name, source):  # nobody adds to the letter of an answer
        return (
            f"Nothing called {name} was made above. If a line of yours makes it, it has to stand "
            "before this one. If a cell above makes it, run that cell first (Run > Run All Above "
            "Selected Cell)."
        )
    return (
        f"Nothing called {name} was made above. If it is the letter or word of an answer, put it "
        f'in quotation marks: "{name}". If a cell above makes it, run that cell first (Run > Run '
        "All Above Selected Cell)."
    )


def _is_counted_with(name: str, source: str) -> bool:
    """Whether a sign of calculation, a bracket or a point stands beside a name."""
    beside = rf"(?:[-+*/]\s*\(?\s*)\b{re.escape(name)}\b|\b{re.escape(name)}\b\s*(?:[-+*/]|[(.\[])"
    return bool(name) and re.search(beside, source) is not None


def _unread(error: SyntaxError, source: str) -> str:
    told = error.msg or ""
    line = source.splitlines()[error.lineno - 1] if error.lineno and source.strip() else ""
    if "invalid character" in told and CURLY.search(source):
        return 'Those quotation marks are curly, as in a letter. Python wants straight ones: "A".'
    if (found := SIGN.search(told)) and found.group(1) in SIGNS:
        sign = found.group(1)
        return f"The sign {sign} was copied from a text. Type {SIGNS[sign]} in its place."
    if isinstance(error, IndentationError):
        return "The blanks at the beginning of a line count: give it as many as it had before."
    if "decimal literal" in told:
        return "Put the whole comparison in brackets, and .sum() or .mean() behind them."
    if "never closed" in told or "unmatched" in told or "does not match" in told:
        return "A bracket has no partner: each one that opens must be closed, and by its own kind."
    if THOUSANDS.search(line):
        return NO_SIGN
    if "leading zeros" in told or DECIMAL_COMMA.search(line):
        return "A number with decimals is written with a point, not with a comma: 0.95."
    if "unterminated" in told:
        return "A quotation mark has no partner: one before the word and one behind it."
    if "assign" in told or line.count(" = ") > 1:
        return "A line has one = with one name on its left. To compare two things, type ==."
    if "forgot a comma" in told and (found := TOGETHER.search(line)):
        return (
            f'If {found[0]} is one text, put it in quotation marks: "{found[0]}". If it is two '
            "things, put a comma between them."
        )
    if "forgot a comma" in told:
        return "Two things stand side by side. Put a comma between them."
    if ";" in line:
        return "A semicolon stands where a comma belongs."
    if re.search(r"=\s*$", line):
        return "Nothing stands behind the =. Put your answer there."
    if re.search(r"\d\s*%", line):
        return "Leave the % sign out: 2 % is written 0.02."
    if re.search(r"\d\s+[A-Za-z]+\s*$", line):
        return "Leave the unit out: only the number."
    if re.search(r"[^\"'\w]pass\b", line):
        return 'The word pass stands in quotation marks: "pass".'
    if "..." in line:
        return "The dots are still there. Put your answer in their place."
    at = f"line {error.lineno}" if error.lineno else "a line"
    return (
        f"Python cannot read {at} of the cell. Look for a comma, a bracket or a quotation mark "
        "that is missing or one too many."
    )


def _misfit(error: BaseException) -> str:
    told = str(error)
    if isinstance(error, AttributeError) and NUMBER_ALONE.match(told):
        return "Put the whole comparison in brackets, and .sum() or .mean() behind them."
    if isinstance(error, AttributeError):
        return f"{told[:1].upper()}{told[1:]}. Is the word behind the point spelt as on the page?"
    if "'ellipsis'" in told:
        return "There are dots left. Put something in the place of each ..."
    if "Estimate" in told:
        return (
            "One of these is a number together with its interval. Take the number alone by putting "
            ".value behind it."
        )
    if "required positional argument" in told:
        return (
            f"Something is missing between the brackets of {told.partition('(')[0]}(...); a comma "
            'stands between two things. The line after "Type" says which.'
        )
    if "positional argument" in told or "unexpected keyword" in told:
        return (
            f"There is too much between the brackets of {told.partition('(')[0]}(...), or two "
            "things are not where they belong."
        )
    if "dtype('<U" in told or ("operand" in told and "'str'" in told):
        return (
            "A text in quotation marks cannot be calculated with. Leave the quotation marks out "
            "around what Python shall compute."
        )
    if "for ^" in told:
        return "To square a number, type ** 2, not ^ 2."
    if "not subscriptable" in told and ("function" in told or "method" in told):
        return (
            "Round brackets stand behind what is asked to do something: name(...), not name[...]."
        )
    if "'str'" in told and "not callable" in told:
        return (
            "Round brackets stand right behind a text. If the text is the name of something that "
            "calculates, leave out its quotation marks; otherwise a comma is missing."
        )
    if "not callable" in told:
        return (
            "Round brackets stand right behind something that takes none. Is a comma missing? "
            "Where only a name is asked for, type it without brackets."
        )
    if "unhashable" in told:
        return (
            "A whole list, column or film stands where one number or word belongs. If its brackets "
            "are too many, leave them out. To make a set of it, type set(...) around its name, "
            "without braces."
        )
    if ("operand" in told and " &: " in told) or told.startswith("Logical ops"):
        return "The sign & compares two sets: type set(...) around each of the two names."
    if isinstance(error, OverflowError):
        return "The numbers of this film go from 0 to 255. Calculate with such numbers only."
    if isinstance(error, KeyError):
        return f"There is nothing called {told.strip(chr(39))} here. {GENERAL}"
    if isinstance(error, IndexError) and "out of" in told:
        return f"That number lies outside; counting starts at 0. {GENERAL}"
    return GENERAL
