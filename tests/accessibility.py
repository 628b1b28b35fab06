"""axe-core, the accessibility checker: where it comes from, and what counts as a barrier."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

# preload: axe would fetch style sheets, which a page opened from disk may not
RUN = "rules => axe.run({resultTypes: ['violations'], preload: false, ...rules})"
COLOURS = ("color-contrast", "link-in-text-block")


def axe_core(place: Path) -> str:
    """Its script, as npm packs it; skips where there is no npm."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("there is no npm on this machine, so axe-core cannot be had")
    done = subprocess.run([npm, "pack", "axe-core@4", "--silent"], cwd=place, capture_output=True,
                          text=True, timeout=300)  # fmt: skip
    assert done.returncode == 0, done.stderr[-1000:]
    with tarfile.open(next(place.glob("*.tgz"))) as packed:
        return packed.extractfile("package/axe.min.js").read().decode("utf-8")


def barriers(page, axe: str, rules: tuple[str, ...] = ()) -> list[dict]:
    """What axe calls serious or critical on the page that is open: ``id``, ``nodes`` and more.

    By all its rules, or by those named.
    """
    page.evaluate(axe)
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    told = page.evaluate(RUN, only)
    return [one for one in told["violations"] if one["impact"] in ("serious", "critical")]


def named(found: list[dict]) -> list[str]:
    """Each barrier in a line, with the first element that has it."""
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]
