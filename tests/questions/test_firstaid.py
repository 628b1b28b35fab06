"""First aid: what a hand that never programmed types, and the sentence below the red text."""

from __future__ import annotations

import numpy as np
import pytest

from readingroom.kernel import aid
from readingroom.questions import firstaid


def _error(source: str, names: dict | None = None) -> BaseException:
    try:
        exec(compile(source, "<cell>", "exec"), names or {})
    except BaseException as error:  # a keyboard interrupt among them
        return error
    raise AssertionError(f"{source!r} raised nothing")


def _numbers():
    from readingroom.assess import metrics

    grey = np.zeros(3, np.uint8)
    return {"share": metrics.share(9, 10), "auc": metrics.auc, "grey": grey}


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("letter = Q", 'quotation marks: "Q"'),
        ('rr.check("which", letter)', "Run the cell above first"),
        ("letter = “Q”", "curly"),
        ("share = 0,06", "with a point"),
        ("share = f(0,06, 2)", "with a point"),
        ("answer =", "Nothing stands behind the ="),
        ("share = 6 %", "% sign"),
        ("size = 24 px", "unit out"),
        ("f = auc(share share)", "comma between them"),
        ('words = {"A": (0.1, pass)}', '"pass"'),
        ("x = (1, 2", "no partner"),
        ("box = (0, 64, 0,300", "no partner"),
        ("x = aucc([1], [1])", "Did you mean auc?"),
        ('x = "Q', "no partner"),
        ("a, b = 1", "differ in number"),
        ('a, b = "C"', "differ in number"),
        ("a, b, c = 1, (2, 3)", "differ in number"),
        ("x = 0.02 * ...", "dots left"),
        ("x = 0.02 * share", ".value"),
        ("x = auc()", "between the brackets of auc(...)"),
        ("x = 0.93 (0.91)", "comma missing"),
        ("x = share.valeu", "spelt"),
        ("kappa = (po − pe)", "Type - in its place"),
        ("n = 1.96² * 3", "Type ** 2 in its place"),
        ("n, m = 196, 3,920", "12000, not 12,000"),
        ("levels = (25,084, 219)", "no blank"),
        ("n = 1 782", "no blank"),
        ("n = 1'782", "no blank"),
        ("calls = [1,0,1,0 1,0]", "comma between them"),
        ("calls = [1, 0, 1, 0,?]", "cannot read line 1"),
        ("m = {film 1: 2}", 'quotation marks: "film 1"'),
        ("guess = (0.5; 0.6)", "semicolon"),
        ("n = 110 .sum()", "in brackets"),
        ("n = 1.96^2", "** 2"),
        ("x = auc[1, 2]", "name(...)"),
        ("kappa = (pp - 1) / 2", "has to stand before this one"),
        ("x = table[0]", "has to stand before this one"),
        ("n = 110.sum()", "in brackets"),
        ("def f():\nreturn 1", "blanks"),
        ("x = {[1, 2]}", "set(...)"),
        ("x = [1] & [2]", "set(...)"),
        ("x = grey * -1", "0 to 255"),
        ("x = {}['D']", "nothing called D"),
        ("x = auc([0.2, 0.8], [0, 1])", "Labels must be 0 and 1"),
        ("x = 'a' + 1", "Nothing is broken"),
        ("x = 'n / 2' * 2.5", "Nothing is broken"),
        ("x = 2 / 'n'", "Leave the quotation marks out"),
        ("x = grey.astype(float) * 'n'", "Leave the quotation marks out"),
        ("x = 'max'([1, 2])", "leave out its quotation marks"),
        ("x = max([1, 2])([1])", "type it without brackets"),
        ("def f():\n    n = n + 1\nf()", "Nothing is in n yet"),
        ("x = = 1", "cannot read line 1"),
        ("x = ... 0.7", "dots are still there"),
        ("x = share - share", "cannot be subtracted"),
        ("x = abs(1) = 2", "one ="),
        ("x = [1, 2][5]", "counting starts at 0"),
    ],
)
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_each_slip_gets_its_sentence(typed, says):
    """The sentence names what to change; it is short, and no Python word stands in it."""
    said = firstaid.sentence(_error(typed, _numbers()), typed, _numbers())
    assert says in said and len(said) < 260
    for word in ("iterable", "operand", "literal", "positional", "ellipsis", "traceback"):
        assert word not in said


def test_the_courses_own_sentences_are_passed_on():
    """An error made for a learner is repeated as it stands, and a stopped cell needs no word."""
    from readingroom.kernel.session import NotChecked

    assert firstaid.sentence(NotChecked("Run the check of x first.")) == "Run the check of x first."
    assert firstaid.sentence(NotChecked("a mean needs two runs")) == "A mean needs two runs."
    assert firstaid.sentence(KeyboardInterrupt()) == ""


def test_it_stands_by_once_and_speaks_before_the_red_text(monkeypatch):
    """Registered twice it speaks once, in the cell that failed, and never where all went well."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    said = []
    monkeypatch.setattr("readingroom.kernel.aid.display", lambda bundle, **_: said.append(bundle))
    try:
        aid.keep_ready()
        aid.keep_ready()
        assert shell.events.callbacks["post_run_cell"].count(aid.note) == 1
        shell.run_cell("x = 1")
        assert said == [] and aid.warning() == ""
        shell.run_cell("letter = Q")
        shell.run_cell("share = 0,06")
        assert ["quotation" in said[0]["text/plain"], "point" in said[1]["text/html"]] == [True] * 2
        assert len(said) == 2
        assert "NameError" in said[0]["text/plain"]  # folded, not lost
        assert said[0]["text/html"].index("In plain words") < said[0]["text/html"].index(
            "<details>"
        )
        assert aid.warning() == aid.STALE
        shell.run_cell("share = 0.06")
        assert len(said) == 2 and aid.warning() == ""
    finally:
        InteractiveShell.clear_instance()


def test_a_check_after_a_failed_cell_says_that_its_value_is_an_older_one():
    """A right value typed earlier must not pass for the line that failed."""
    from readingroom.kernel import reply
    from readingroom.questions import exercises

    right = exercises.Verdict("x", exercises.RIGHT, 1, 1, "So it is.")
    for form in reply.verdict(right, "", aid.STALE).values():
        assert form.index("failed") < form.index("Right")
