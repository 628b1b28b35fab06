"""The film reader's networks and rules, for a page that reads films without Python.

``python -m readingroom.reader.browser FOLDER`` writes them. The book's page reads them
(``book/_static/reader``). Weights go out as they ship, byte for byte, with their SHA-256; so do the
rules and words of `readingroom.data.gate`. A page opened from disk may not fetch a file, so each is
a script. The book's build calls `export`; nothing is copied by hand.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
from importlib import resources
from pathlib import Path
from typing import Any

from readingroom.data import films, gate
from readingroom.reader import networks, reading
from readingroom.show import marks

OPENING = "(globalThis.filmReader ??= {{}}).{name} = "
COLOURS = 256  # of the heat map's scale


def script(name: str, value: Any) -> str:
    """A script that gives the page a value under ``filmReader.NAME``."""
    return OPENING.format(name=name) + json.dumps(value, separators=(",", ":")) + ";\n"


def panel(name: str) -> dict:
    """A panel of networks with all that the page needs to run it.

    Parameters
    ----------
    name : {'children-128', 'simulated-128'}

    Returns
    -------
    dict
        What `networks.Panel` and the plan say, and for each seed ``sha256`` and ``base64`` of its
        safetensors file.
    """
    from readingroom.models import reference

    told, plan = networks.PANELS[name], reference.NAMES[name]
    place = resources.files("readingroom.models").joinpath(reference.FOLDER, name)
    files = [
        place.joinpath(f"seed-{seed}.safetensors").read_bytes()
        for seed in range(networks.SEEDS[name])
    ]
    return {
        "name": name,
        "output": told.output,
        "finding": told.finding,
        "learned_from": told.learned_from,
        "size": networks.SIZE,
        "strides": plan.strides,
        "local": plan.local,
        "seeds": [
            {"sha256": hashlib.sha256(raw).hexdigest(), "base64": base64.b64encode(raw).decode()}
            for raw in files
        ],
    }


def rules() -> dict:
    """What is out of scope and in which words, as `readingroom.data.gate` has it; and sizes."""
    import matplotlib

    scale = matplotlib.colormaps[marks.HEAT].resampled(COLOURS)
    scope = gate.CHILDREN
    return {
        "grid": gate.GRID,
        "black": gate.BLACK,
        "empty": gate.EMPTY,
        "flat": gate.FLAT,
        "by_cells": gate.BY_CELLS,
        "belly": gate.BELLY,
        "like": gate.LIKE,
        "typical": gate.TYPICAL,
        "plain": gate.PLAIN,
        "chests": gate.CHESTS,
        "screenshot": gate.SCREENSHOT,
        "views": films.VIEWS,
        "scope": scope.name,
        "ages": scope.ages,
        "words": gate.WORDS | reading.WORDS,
        "warning": reading.NOT_FOR_CLINICAL_USE,
        "smallest": reading.SMALLEST,
        "longest": reading.LONGEST,
        "shown": reading.SHOWN,
        "heat": [[round(255 * part) for part in scale(k)[:3]] for k in range(COLOURS)],
    }


def export(folder: Path) -> list[Path]:
    """Write the networks and the rules as scripts.

    Parameters
    ----------
    folder : Path
        Made where it is missing.

    Returns
    -------
    list of Path
        The scripts: one for each panel, and ``rules.js``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = {f"{name}.js": script(f"panel_{name.split('-')[0]}", panel(name))
             for name in networks.PANELS}  # fmt: skip
    texts["rules.js"] = script("rules", rules())
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return [folder / name for name in texts]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    for path in export(parser.parse_args().folder):
        print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
