"""What somebody who brings own films wants told: what was left out, by word, and what changed."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageDraw

from readingroom import data
from readingroom.data import adding, intake, needs, own, privacy, shelf
from readingroom.data.errors import DataError

from .films_made import png, thorax


def ward(folder, size=32, **columns):
    """Sixty films of thirty patients, half of them ill, added under a name with capitals."""
    rows = []
    for k in range(60):
        png(folder / f"{k:02}.png", thorax(size, seed=k))
        rows.append({"file": f"{k:02}.png", "label": ("no", "yes")[k // 2 % 2], "patient": k // 2})
    table = pd.DataFrame(rows)
    for name, values in columns.items():
        table.loc[list(values), name] = list(values.values())
    table.to_csv(folder.parent / "labels.csv", index=False)
    return adding.add(folder, folder.parent / "labels.csv", "My-Ward", replace=True, progress=False)


def test_unsure_words_are_counted_by_word(tmp_path):
    """Each uncertain word has its own count, in the report and in the datasheet."""
    report = ward(tmp_path / "films", label={0: "maybe", 3: "maybe", 5: "-1", 8: "unsure"})
    (said,) = [note for note in report.notes if note.startswith("neither")]
    assert "'maybe' 2" in said and "'-1' 1" in said and "'unsure' 1" in said
    page = data.datasheet(tmp_path / "page.md", data.load("my-ward", size=28), {})
    assert "left out when the folder was added: label uncertain: 4 ('maybe' 2, " in page


@pytest.mark.parametrize("kind", intake.LEFT_OUT)
def test_what_costs_a_film_stands_in_the_datasheet(kind):
    """Every kind of exclusion is counted; what costs no film is not."""
    report = intake.Report()
    report.add(kind, "film")
    report.add("oddity", "film")
    assert len(report.left_out()) == 1 and report.left_out()[0].startswith(f"{kind}: 1")


@pytest.mark.parametrize("typed", ["My-Ward", "my-ward", "MY-WARD ", " my-Ward"])
def test_capitals_in_a_name_are_understood(tmp_path, typed, monkeypatch):
    """A cohort is found however its name is typed; the kernel keeps one name for it."""
    ward(tmp_path / "films")
    assert own.named(typed).name == data.load(typed, size=28).name == "my-ward"
    monkeypatch.setenv("READINGROOM_COHORT", typed)
    data.forget()
    assert data.choose() == data.choose() == "my-ward"
    data.forget()


def test_own_films_are_compared_with_the_day_they_came(tmp_path):
    """Good, changed and missing films are each told; the course's sets are not asked."""
    folder = tmp_path / "films"
    ward(folder)
    assert list(shelf.verify("MY-WARD")) == [
        ("good", "my-ward: 60 of 60 films as when they were added")
    ]
    png(folder / "00.png", thorax(32, seed=99))
    (folder / "01.png").unlink()
    states = [state for state, _ in shelf.verify("my-ward")]
    assert sorted(states) == ["absent", "damaged", "good"]
    assert any(line.startswith("my-ward") for _, line in shelf.verify())
    with pytest.raises(DataError):
        list(shelf.verify("nobodys-ward"))


def lettered(size=400, ground=40, ink=230):
    """A film with a line of letters on a plate."""
    image = Image.fromarray(thorax(size)).convert("L")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 16, 230, 60), fill=ground)
    draw.text((30, 24), "MEIER ANNA 1950", fill=ink, font_size=22)
    return np.asarray(image)


@pytest.mark.parametrize("turned", [0, 1, 3])
@pytest.mark.parametrize(("ground", "ink"), [(10, 240), (245, 15), (160, 60)])
def test_text_is_found_in_both_polarities_and_on_its_side(ground, ink, turned):
    """Bright letters, dark letters on a bright plate, and either on its side are suspected."""
    assert privacy.burned_in(np.rot90(lettered(ground=ground, ink=ink), turned))
    assert not privacy.burned_in(np.rot90(thorax(400), turned))


def test_text_is_never_a_bare_count(tmp_path):
    """The report says of how many films letters were found, and on which none were looked for."""
    folder = tmp_path / "films"
    ward(folder)
    png(folder / "00.png", lettered())
    png(folder / "01.png", thorax(400))
    report = adding.add(folder, tmp_path / "labels.csv", "my-ward", replace=True, progress=False)
    said = report.said()
    assert "burned-in text (at least 1 of 2 films searched)" in said
    assert "text not searched for (58 films)" in said
    assert said.replace("\n", " ").count("look at these") >= 2
    assert "at least 1 of 2" in data.defects("children", mode="my-ward")


def test_a_step_for_two_hospitals_needs_two(tmp_path):
    """One hospital, or a column that is empty, is not two; the learning curve is not promised."""
    ward(tmp_path / "films")
    films = data.load("my-ward", size=28)
    (need,) = [need for need in needs.NEEDS if "two sites" in need.columns]
    for site, ready in ((None, False), ("one", False), (["a", "b"] * 30, True)):
        table = films.table.assign(site=site)
        assert (not needs.missing(need, dataclasses.replace(films, table=table))) is ready
    (curve,) = [row for row in needs.table(films) if "learning curve" in row["step"]]
    assert curve["uses"] != "your films"
