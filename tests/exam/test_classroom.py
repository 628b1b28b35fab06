"""A class: the gain and its size against published numbers, items against numpy, bad files told."""

from __future__ import annotations

import csv
import itertools
import re

import numpy as np
import pytest
from scipy import stats
from typer.testing import CliRunner

from readingroom.assess import metrics
from readingroom.cli import app
from readingroom.exam import blueprint, classpage, classroom
from readingroom.exam.scoring import COLUMNS

ITEMS = blueprint.blueprint()
NUMBER = r"-?\d*\.\d\d"


def _write(path, tests):
    """A results file: tests are (code, when, form, answers by item)."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS)
        table.writeheader()
        for code, when, form, answers in tests:
            for item, answer in answers.items():
                table.writerow({
                    "code": code, "when": when, "form": form, "short": 0, "version": "0.1.0",
                    "finished": f"2026-01-0{1 + (when == 'after')}T10:00:00+00:00", "item": item,
                    "objective": "", "answer": answer, "right": 1,
                })  # fmt: skip
    return path


def _class(rng, learners=24, ability=(0.35, 0.7)):
    """Learners who get more right after the course; abler ones get more right throughout."""
    tests = []
    for i in range(learners):
        skill = rng.normal(0, 0.18)
        forms = ("A", "B") if i % 2 else ("B", "A")
        for when, form, mean in zip(("before", "after"), forms, ability, strict=True):
            answers = {}
            for number, item in ITEMS.items():
                key = item.forms[form].key
                others = [letter for letter in "ABCD" if letter != key]
                answers[number] = key if rng.random() < mean + skill else str(rng.choice(others))
            tests.append((str(i + 1), when, form, answers))
    return tests


@pytest.fixture
def tests(tmp_path):
    """A class read back from one file for each learner."""
    for number, taken in enumerate(_class(np.random.default_rng(4))):
        _write(tmp_path / f"learner-{number}.csv", [taken])
    return classroom.read([tmp_path])


def _with_moments(n, means, sd, r):
    """Two columns of n numbers with exactly these means, standard deviation and correlation."""
    rng = np.random.default_rng(1)
    x, e = rng.normal(size=n), rng.normal(size=n)
    x = (x - x.mean()) / x.std(ddof=1)
    e = e - e.mean() - x * (e @ x) / (x @ x)
    e = e / e.std(ddof=1)
    return means[0] + sd * x, means[1] + sd * (r * x + np.sqrt(1 - r**2) * e)


def test_hedges_g_is_that_of_the_published_worked_example():
    """Borenstein et al. 2009, chapter 4, matched groups: means 103 and 100, SD of the differences
    5.5, r .7, n 50 give d .4225, g .4160 and its variance .0127.
    """
    sd = 5.5 / np.sqrt(2 * (1 - 0.7))
    before, after = _with_moments(50, (100, 103), sd, 0.7)
    assert np.std(after - before, ddof=1) == pytest.approx(5.5)
    found = classroom.hedges_g(before, after)
    assert found.value == pytest.approx(0.4160, abs=1e-4)
    assert ((found.hi - found.lo) / (2 * 1.959964)) ** 2 == pytest.approx(0.0127, abs=5e-5)


def test_the_gain_is_scipys_paired_interval():
    """Mean gain and its interval equal scipy's paired t-test."""
    before, after = _with_moments(12, (0.4, 0.6), 0.15, 0.5)
    found = classroom.gain(before, after)
    interval = stats.ttest_rel(after, before).confidence_interval(0.95)
    assert (found.lo, found.hi) == pytest.approx((interval.low, interval.high))
    assert found.value == pytest.approx(0.2)


def test_where_nothing_can_be_said_nothing_is_said():
    """One learner has no gain to average; equal scores have no spread to divide by."""
    assert classroom.gain([0.5], [0.7]) is None
    assert classroom.hedges_g([0.5, 0.6], [0.6, 0.7]) is None
    assert classroom.hedges_g([0.5] * 5, [0.7, 0.6, 0.7, 0.8, 0.5]) is None


def test_discrimination_is_a_correlation_and_takes_the_gain_off():
    """At one time it is numpy's correlation; a gain of the whole class alone gives none."""
    rng = np.random.default_rng(2)
    right, rest = rng.random(30) < 0.5, rng.random(30)
    found = classroom.discrimination(right, rest, ["before"] * 30)
    assert found.value == pytest.approx(np.corrcoef(right, rest)[0, 1])
    assert found.lo < found.value < found.hi
    # nobody right before, all right after, and the rest rises: no difference between learners
    when = ["before"] * 10 + ["after"] * 10
    assert (
        classroom.discrimination([False] * 10 + [True] * 10, [0.2] * 10 + [0.9] * 10, when) is None
    )
    rest = np.r_[rng.random(10) * 0.2, 0.8 + rng.random(10) * 0.2]
    right = np.r_[rng.random(10) < 0.1, rng.random(10) < 0.9]
    pooled = np.corrcoef(right, rest)[0, 1]
    assert classroom.discrimination(right, rest, when).value < pooled - 0.2


def test_too_few_tests_give_no_discrimination():
    """Nine tests are not enough to judge an item."""
    assert classroom.discrimination([True, False] * 4 + [True], [0.1] * 9, ["after"] * 9) is None


def test_a_class_is_read_and_paired(tests):
    """Each learner's two tests are paired by code, on the items of both."""
    pairs = classroom.pairs(tests)
    assert len(pairs) == 24 and len(tests) == 48
    one = next(t for t in tests if (t.code, t.when) == ("5", "after"))
    right = [one.answers[n] == ITEMS[n].forms[one.form].key for n in ITEMS]
    assert dict((c, a) for c, _, a in pairs)["5"] == pytest.approx(np.mean(right))
    gain = classroom.gain([b for _, b, _ in pairs], [a for _, _, a in pairs])
    assert gain.lo > 0.2


def test_an_item_is_counted_by_option_and_by_time(tests):
    """Counts add up to the tests of that form; the share right has Wilson's interval."""
    for report in classroom.item_reports(tests):
        assert sum(report.counts.values()) == 24
        assert sum(found.n for found in report.share.values()) == 24
        key = ITEMS[report.number].forms[report.form].key
        right = sum(round(found.value * found.n) for found in report.share.values())
        assert report.counts[key] == right
        for found in report.share.values():
            again = metrics.share(round(found.value * found.n), found.n)
            assert (found.lo, found.hi) == (again.lo, again.hi)


def test_an_item_that_the_able_get_wrong_is_flagged(tmp_path):
    """An item answered rightly by the weak and wrongly by the able is below the rule of .15."""
    taken = _class(np.random.default_rng(6), learners=40)
    for _, _, form, answers in taken:
        right = np.mean([answers[n] == ITEMS[n].forms[form].key for n in answers if n != 9])
        key = ITEMS[9].forms[form].key
        answers[9] = key if right < 0.5 else next(x for x in "ABCD" if x != key)
    found = classroom.read([_write(tmp_path / "all.csv", taken)])
    reports = {(r.number, r.form): r for r in classroom.item_reports(found)}
    assert reports[9, "A"].flagged and reports[9, "B"].flagged and reports[9, "A"].settled
    assert not all(report.flagged for report in reports.values())


def test_the_key_is_the_courses_own(tmp_path):
    """A file that claims a right answer is judged by its letter all the same."""
    wrong = {n: next(x for x in "ABCD" if x != ITEMS[n].forms["A"].key) for n in ITEMS}
    taken = classroom.read([_write(tmp_path / "x.csv", [("1", "before", "A", wrong)])])
    assert taken[0].share(ITEMS) == 0


def test_of_two_tests_of_one_code_the_later_counts(tmp_path):
    """A learner who handed in twice, in two files, counts once."""
    old = _write(tmp_path / "old.csv", [("1", "before", "A", {1: "A"})])
    text = old.read_text("utf-8").replace("2026-01-01", "2026-02-01").replace(",A,1", ",B,1")
    (tmp_path / "new.csv").write_text(text, "utf-8")
    taken = classroom.read([tmp_path])
    assert len(taken) == 1 and taken[0].answers == {1: "B"}


ODD_ROWS = ("1,before,C,0,,,1,,A,1", "1,before,A,0,,,99,,A,1", "1,now,A", ",before,A,0,,,1,,A,1",
            "1,before,A,0,,,1,,E,1")  # fmt: skip


@pytest.mark.parametrize(
    "content",
    ["", "a,b\n1,2\n", "\x00\x01", *(f"{','.join(COLUMNS)}\n{row}\n" for row in ODD_ROWS)],
)
def test_a_file_that_is_no_result_is_named(tmp_path, content):
    """Each kind of wrong file ends in one sentence with its name and a non-zero exit."""
    path = tmp_path / "odd.csv"
    path.write_text(content, "utf-8")
    done = CliRunner().invoke(app, ["class", str(path), "--out", str(tmp_path / "x.html")])
    assert done.exit_code == 1 and "odd.csv" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1 and not (tmp_path / "x.html").exists()


def test_files_of_one_name_lie_in_folders_of_their_own(tmp_path):
    """A class's files all have the same name; a folder for each learner is read as it is."""
    for code in "12":
        (tmp_path / code).mkdir()
        _write(tmp_path / code / "my-results.csv", [(code, "before", "A", {1: "A"})])
    assert [taken.code for taken in classroom.read([tmp_path])] == ["1", "2"]


def test_an_empty_folder_is_told(tmp_path):
    """A folder without files of results is not an empty class."""
    with pytest.raises(classroom.ResultsError, match=r"no \.csv file"):
        classroom.read([tmp_path])


def test_the_page_states_every_number_with_its_interval(tests, tmp_path):
    """Gain, effect size, shares and discriminations carry intervals; no script, no other server."""
    text = classpage.page(tests)
    words = re.sub(r"<img[^>]*>", "", text)
    assert "Hedges' g" in words and "24 learners took both tests" in words
    for cell in re.findall(r"<td>(-?\d*\.\d\d[^<]*)</td>", words):
        assert re.fullmatch(rf"{NUMBER} \({NUMBER} to {NUMBER}\)(, n = \d+)?", cell), cell
    assert "readingroom review" in words  # what is known weeks later is asked there
    assert "<script" not in text and not re.search(r"(src|href)=\"https?:", text)
    assert re.search(r'<img [^>]*alt="Share right of 24 learners', text)
    headings = [int(n) for n in re.findall(r"<h(\d)", text)]
    assert headings[0] == 1 and all(b <= a + 1 for a, b in itertools.pairwise(headings))
    assert "%" not in re.sub(r"<style>.*?</style>|95 %|max-width:100%", "", words, flags=re.S)


def test_what_a_code_or_version_says_is_shown_as_text(tmp_path):
    """Markup in a results file is escaped on the page."""
    path = _write(tmp_path / "x.csv", [("1", "before", "A", {1: "A"})])
    path.write_text(path.read_text("utf-8").replace("0.1.0", "<i>odd"), "utf-8")
    assert "<i>odd" not in classpage.page(classroom.read([path]))


def test_the_command_writes_the_page(tests, tmp_path):
    """`class` prints the gain with its interval and writes the page."""
    out = tmp_path / "class.html"
    done = CliRunner().invoke(app, ["class", str(tmp_path), "--out", str(out)])
    assert done.exit_code == 0, done.stderr
    assert "mean gain" in done.stdout and "n = 24 learners" in done.stdout
    assert out.read_text("utf-8").startswith("<!doctype html>")


def test_one_bad_file_does_not_cost_the_page(tests, tmp_path):
    """The others are counted; the bad one is named. The keys stand on the page only if asked."""
    (tmp_path / "zz-odd.csv").write_text("a,b\n1,2\n", "utf-8")
    out = tmp_path / "class.html"
    command = ["class", str(tmp_path), "--out", str(out)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0 and "Left out: zz-odd.csv" in done.stderr
    assert "n = 24 learners" in done.stdout and "(key)" not in out.read_text("utf-8")
    assert CliRunner().invoke(app, [*command, "--keys"]).exit_code == 0
    assert "(key)" in out.read_text("utf-8")
