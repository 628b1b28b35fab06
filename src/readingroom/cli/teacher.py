"""What a teacher types: ``class``."""

from __future__ import annotations

from pathlib import Path

import typer

from readingroom.cli.failure import stop


def classroom(
    results: list[Path] = typer.Argument(..., help="Files of results, or a folder of them."),
    out: Path = typer.Option(Path("class.html"), "--out", help="The page to write."),
) -> None:
    """A page over a class: gain and effect size with intervals, and how each item did."""
    from readingroom.exam import classpage
    from readingroom.exam import classroom as found

    try:
        tests = found.read(results)
        out.write_text(classpage.page(tests), "utf-8", newline="\n")
    except found.ResultsError as error:
        raise stop(str(error)) from error
    except OSError as error:
        raise stop(f"{out} cannot be written ({error.strerror}); name another --out.") from error
    pairs = found.pairs(tests)
    before, after = [b for _, b, _ in pairs], [a for _, _, a in pairs]
    gain = found.gain(before, after)
    typer.echo(str(gain) if gain else "Fewer than two learners took both tests.")
    flagged = [f"{r.number}{r.form}" for r in found.item_reports(tests) if r.flagged]
    typer.echo(f"Items below {found.DROP} in discrimination: {', '.join(flagged) or 'none'}.")
    typer.echo(f"Written: {out}")
