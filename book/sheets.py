"""Contact sheets for the datasheet of simulated films, drawn when the book is built.

Simulated sheets are drawn by the simulator. Real films are set beside them where a mirror holds
them; none is ever committed, and without a mirror the page says that they are missing.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

SIZE = 160  # pixels along each side of one film
SEED = 1
SIMULATED = {
    "normals": "Sixteen simulated films without a finding, adults and every fourth a child",
    "children": "Sixteen simulated films of children aged 1 to 5 without a finding",
    "bedside": "Sixteen simulated bedside films with leads, tubes and side letters",
    "consolidation": "Sixteen simulated consolidations, faint on the left to dense on the right",
    "effusion": "Sixteen simulated pleural effusions, small on the left to large on the right",
    "nodule": "Sixteen simulated nodules, small on the left to large on the right",
    "pneumothorax": "Sixteen simulated pneumothoraces, narrow on the left to wide on the right",
    "cardiomegaly": "Sixteen simulated enlarged hearts, mild on the left to marked on the right",
    "interstitial": "Sixteen simulated interstitial patterns, faint on the left to marked",
    "twins": "Eight simulated pairs: the same exam without and with one thing changed",
    "sites": "Four simulated patients, one a row, each drawn as four departments would",
    "devices": "Sixteen simulated films with pacemakers, leads, tubes and drains",
    "follow-ups": "Eight simulated pairs: the same patient at a first and a later visit",
}
REAL = {
    "normals": ("hannover", 128, "Sixteen real bedside and standing films of adults in Hannover"),
    "children": ("children", 128, "Sixteen real chest films of children from Guangzhou"),
}


def _tiles(films: np.ndarray) -> np.ndarray:
    """(16, H, W) to one sheet, four by four."""
    rows = [np.concatenate(list(films[i : i + 4]), axis=1) for i in range(0, 16, 4)]
    return np.concatenate(rows)


def _real(name: str, size: int) -> np.ndarray | None:
    """Sixteen real films, spread over the set, where the mirror has them."""
    from PIL import Image

    from readingroom import data

    if not os.environ.get("READINGROOM_MIRROR"):
        return None
    try:
        label = "view" if name == "hannover" else None
        cohort = data.load(name, size=size, mode="real", label=label)
    except data.DataError:
        return None
    chosen = np.linspace(0, len(cohort.images) - 1, 16).astype(int)
    films = [Image.fromarray(cohort.images[i]).resize((SIZE, SIZE)) for i in chosen]
    return _tiles(np.stack([np.asarray(film) for film in films]))


def add(page: Path) -> None:
    """Draw the sheets beside `page` and put them at its end."""
    from PIL import Image

    from readingroom import simulator

    folder = page.parent / "sheets"
    folder.mkdir(exist_ok=True)
    lines = ["", "## Contact sheets", "", "Drawn when this page was built.", ""]
    missing = []
    for kind, said in SIMULATED.items():
        picture = f"simulated-{kind}.png"
        Image.fromarray(simulator.contact_sheet(kind, SIZE, SEED)).save(folder / picture)
        lines += [f"### {kind.capitalize()}", "", f"**Simulated.** {said}.", ""]
        lines += [f"![{said} (simulated)](sheets/{picture})", ""]
        if kind in REAL:
            name, size, told = REAL[kind]
            sheet = _real(name, size)
            if sheet is None:
                missing.append(told[8:])
                continue
            Image.fromarray(sheet).save(folder / f"real-{name}.png")
            lines += [f"**Real, for comparison.** {told}.", ""]
            lines += [f"![{told} (real)](sheets/real-{name}.png)", ""]
    if missing:
        lines += [f"Not shown, since no mirror held them: {'; '.join(missing)}.", ""]
    page.write_text(page.read_text("utf-8").rstrip("\n") + "\n" + "\n".join(lines), "utf-8")
