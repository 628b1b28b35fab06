"""The command ``readingroom audit``: a page, a template, and one sentence when it cannot."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from readingroom.cli import app

run = CliRunner()


def test_the_example_prints_a_verdict_and_writes_both_files(tmp_path):
    """Text on the terminal, an HTML page and JSON, all with the same verdict."""
    out, numbers = tmp_path / "v.html", tmp_path / "v.json"
    done = run.invoke(
        app,
        ["audit", "--example", "--prevalence", "0.05", "--threshold", "0.5", "--out", str(out),
         "--json", str(numbers)],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "Not enough" in done.output and "PPV" in done.output and "view AP" in done.output
    assert "Not enough" in out.read_text("utf-8")
    assert json.loads(numbers.read_text("utf-8"))["enough"] is False


def test_the_template_is_written_once_and_can_be_filled(tmp_path):
    """A second call leaves a filled table alone and says so with a non-zero exit."""
    path = tmp_path / "mine.csv"
    done = run.invoke(app, ["audit", "--template", str(path)])
    assert done.exit_code == 0 and path.read_text("utf-8").startswith("score,reference,")
    path.write_text("mine")
    again = run.invoke(app, ["audit", "--template", str(path)])
    assert again.exit_code == 1 and path.read_text("utf-8") == "mine"
    assert "already" in again.output


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("score|reference\n0.9|1\n", "bars"),
        ("score,reference\n0.9,yes\n0.1,no\n", "write 1 for ill"),
        ("", "is empty"),
        ("score,reference\n0.9,1\n0.8,1\n", "well (0)"),
    ],
)
def test_a_broken_table_ends_with_one_sentence(tmp_path, text, says):
    """Non-zero exit, one line on the error stream, no traceback."""
    path = tmp_path / "scores.csv"
    path.write_text(text)
    done = run.invoke(app, ["audit", str(path)])
    assert done.exit_code == 1 and says in done.output and "Traceback" not in done.output
    assert len(done.output.strip().splitlines()) == 1


def test_nothing_named_and_nowhere_to_write(tmp_path):
    """No table at all, and a folder that is not there, each get their sentence."""
    done = run.invoke(app, ["audit"])
    assert done.exit_code == 1 and "--example" in done.output
    out = tmp_path / "none" / "v.html"
    done = run.invoke(app, ["audit", "--example", "--threshold", "0.5", "--out", str(out)])
    assert done.exit_code == 1 and "cannot be written" in done.output


def test_a_decimal_comma_is_taken_and_a_word_is_refused():
    """0,05 on the command line is 0.05; what is no number gets one sentence."""
    page = run.invoke(app, ["audit", "--example", "--prevalence", "0,05", "--threshold", "0,5"])
    assert page.exit_code == 0 and "5 % ill, as stated" in page.output
    done = run.invoke(app, ["audit", "--example", "--prevalence", "few"])
    assert done.exit_code == 1 and "--prevalence is a number" in done.output


def test_a_gate_is_fixed_first_and_judges_afterwards(tmp_path):
    """Two calls: one writes the gate, one reads it before the scores and ends in a verdict."""
    gate, out, numbers = (tmp_path / name for name in ("gate.toml", "v.html", "v.json"))
    fixed = run.invoke(
        app,
        ["audit", "--fix-gate", str(gate), "--name", "chest list", "--threshold", "0,5",
         "--sensitivity", "85 %", "--specificity", "0.8"],
    )  # fmt: skip
    assert fixed.exit_code == 0 and "digest" in fixed.output and gate.is_file(), fixed.output
    done = run.invoke(
        app,
        ["audit", "--example", "--gate", str(gate), "--out", str(out), "--json", str(numbers)],
    )
    assert done.exit_code == 0, done.output
    assert done.output.index("Gate read first") < done.output.index("ACCEPTANCE TEST")
    assert json.loads(numbers.read_text("utf-8"))["gate"]["at_least"]["sensitivity"] == 0.85
    assert "chest list" in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["--fix-gate", "{g}"], "has a threshold"),
        (["--fix-gate", "{g}", "--threshold", "0.5"], "at least one condition"),
        (["--fix-gate", "{g}", "--threshold", "0.5", "--ppv", "30"], "between 0 and 1"),
        (["--example", "--fix-gate", "{g}", "--threshold", "0.5"], "by itself"),
        (["--example", "--sensitivity", "0.9"], "conditions of a gate"),
        (["--example", "--gate", "{g}"], "There is no gate"),
        (["--example", "--gate", "{g}", "--threshold", "0.4"], "stands in the gate"),
    ],
)
def test_a_gate_out_of_order_ends_with_one_sentence(tmp_path, typed, says):
    """Half a gate, one fixed beside its table, conditions without it: a sentence, exit 1."""
    done = run.invoke(app, ["audit", *(word.format(g=tmp_path / "g.toml") for word in typed)])
    assert done.exit_code == 1 and says in done.output
    assert not (tmp_path / "g.toml").exists()
