"""``readingroom audit``: a one-page verdict on any model's scores."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from readingroom.cli.failure import may_write, stop, unwritable, written


def audit(
    scores: Path = typer.Argument(None, help="CSV with a row per film: score and reference."),
    prevalence: str = typer.Option(
        None, "--prevalence", help="Share of ill patients on your list, such as 5 %."
    ),
    threshold: str = typer.Option(
        None, "--threshold", help="Alarm at or above it; without it, the cheapest is chosen."
    ),
    miss: str = typer.Option("10", "--miss", help="Price of a missed patient, in false alarms."),
    half_width: str = typer.Option(
        "0.05", "--half-width", help="How exactly sensitivity and specificity should be known."
    ),
    score: str = typer.Option(None, "--score", help="Title of the column that holds the score."),
    label: str = typer.Option(None, "--label", help="Of the reference: 1 ill, 0 well."),
    patient: str = typer.Option(None, "--patient", help="Of the patient numbers."),
    view: str = typer.Option(None, "--view", help="Of the view."),
    sex: str = typer.Option(None, "--sex", help="Of the sex."),
    age: str = typer.Option(None, "--age", help="Of the age in years."),
    site: str = typer.Option(None, "--site", help="Of the hospital or scanner."),
    date: str = typer.Option(None, "--date", help="Of the date of the film."),
    out: Path = typer.Option(None, "--out", help="Also write the page to this HTML file."),
    json_file: Path = typer.Option(None, "--json", help="Also write the numbers to this file."),
    template: Path = typer.Option(None, "--template", help="Write an empty table to fill in."),
    example: bool = typer.Option(False, "--example", help="Use the 90 films that come with it."),
    gate: Path = typer.Option(
        None, "--gate", help="Judge by this gate: pass, fail or not enough films."
    ),
    fix_gate: Path = typer.Option(
        None, "--fix-gate", help="Write a gate to this file, before you see any score."
    ),
    name: str = typer.Option("acceptance test", "--name", help="Of the gate: what is tested."),
    sensitivity: str = typer.Option(None, "--sensitivity", help="Of the gate: at least this."),
    specificity: str = typer.Option(None, "--specificity", help="Of the gate: at least this."),
    ppv: str = typer.Option(None, "--ppv", help="Of the gate: share of true alarms, at least."),
) -> None:
    """A one-page verdict on any model's scores: intervals, PPV, groups, films still needed."""
    from readingroom import audit as page

    asked = {"sensitivity": sensitivity, "specificity": specificity, "PPV": ppv}
    asked = {measure: typed for measure, typed in asked.items() if typed is not None}
    may_write(out, ".html", scores, gate)
    may_write(json_file, ".json", scores, gate)
    try:
        if asked and not fix_gate:
            raise stop(
                "--sensitivity, --specificity and --ppv are conditions of a gate: write them into "
                "one with --fix-gate FILE."
            )
        if fix_gate:
            if scores or example or gate:
                raise stop("A gate is fixed before a table is read: run --fix-gate by itself.")
            if threshold is None:
                raise stop("A gate has a threshold: add --threshold, such as 0.5.")
            limits = {m: _number(f"--{m.lower()}", typed) for m, typed in asked.items()}
            made = page.fix(name, _number("--threshold", threshold), limits)
            page.write(made, fix_gate)
            typer.echo(f"{fix_gate} was written. {made}")
            return
        if template:
            if template.exists():
                raise stop(f"{template} is there already; name another file or move it away.")
            typer.echo(page.template(template))
            if scores is None and not example:
                return
        path = page.example() if example else scores
        if path is None:
            raise stop("Name a CSV of scores, or use --example, or --template FILE for a start.")
        columns = {"score": score, "reference": label, "patient": patient, "view": view,
                   "sex": sex, "age": age, "site": site, "date": date}  # fmt: skip
        named = {ours: title for ours, title in columns.items() if title}
        if gate:
            if threshold is not None or prevalence is not None:
                raise stop(
                    "The threshold stands in the gate, and no prevalence is needed: leave out "
                    "--threshold and --prevalence."
                )
            fixed = page.opened(gate)  # before the scores
            typer.echo(f"Gate read first. {fixed}\n")
            accepted = page.accept(path, fixed, named)
            _told(accepted, page.of_acceptance, out, json_file)
            return
        share, line = _perhaps("--prevalence", prevalence), _perhaps("--threshold", threshold)
        price, width = _number("--miss", miss), _number("--half-width", half_width)
        found = page.examine(path, share, line, price, width, named)
        _told(found, page.as_html, out, json_file)
    except page.AuditError as error:
        raise stop(str(error)) from error
    except OSError as error:
        raise unwritable(error.filename or "the file", error) from error


def _told(found: Any, page: Callable, out: Path | None, json_file: Path | None) -> None:
    """Print a page, and write its HTML and its numbers where that was asked for."""
    typer.echo(found.text())
    if out:
        written(out, page(found))
        typer.echo(f"The page is in {out}.")
    if json_file:
        written(json_file, json.dumps(found.as_dict(), indent=1))


def _perhaps(option: str, typed: str | None) -> float | None:
    return None if typed is None else _number(option, typed)


def _number(option: str, typed: str) -> float:
    """A number as a hand types it: 0.05, 0,05, 5% or 5 %."""
    from readingroom.data import sheets

    if "," in typed and sheets.THOUSANDS.fullmatch(typed.strip("% ")):
        raise stop(
            f"{option} {typed} is a thousand to some and a decimal to others; write it without a "
            "mark between thousands and with a decimal point."
        )
    plain = typed.replace(",", ".").replace("\u202f", "").replace("\xa0", "").strip()
    per = 100 if plain.endswith("%") else 1
    try:
        return float(plain.rstrip("% ")) / per
    except ValueError:
        raise stop(f"{option} is a number, such as 0.05 or 5 %; {typed!r} is none.") from None
