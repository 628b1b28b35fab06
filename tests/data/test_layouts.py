"""Each way of storing a set becomes the same kind of cohort."""

import io

import numpy as np
import pytest

from readingroom import data
from readingroom.data import split
from readingroom.data.registry import listing

from .conftest import write_registry


def test_several_findings_in_one_file(tmp_path, origin):
    """A set with many findings is labelled by any of them, or by the one asked for."""
    arrays = {}
    for part, n in (("train", 6), ("val", 4), ("test", 4)):
        arrays[f"{part}_images"] = np.zeros((n, 28, 28), np.uint8)
        arrays[f"{part}_labels"] = np.eye(n, 2, dtype=np.uint8)
    out = io.BytesIO()
    np.savez(out, **arrays)
    origin.content = out.getvalue()
    listed = write_registry(tmp_path / "r.toml", origin.url, origin.content)
    text = listed.path.read_text().replace(
        'page = "tiny.md"', 'page = "tiny.md"\nfindings = ["mass", "effusion"]'
    )
    listed.path.write_text(text.replace('"pneumonia"', '"any of 2 findings"'))
    listed = type(listed)(listed.path)

    def load(label=None):
        return data.load("tiny", 28, mode="real", label=label, registry=listed, progress=False)

    assert load().part("train")[1].tolist() == [1, 1, 0, 0, 0, 0]
    assert load().label_name == "any of 2 findings"
    assert load("Effusion").part("train")[1].tolist() == [0, 1, 0, 0, 0, 0]
    assert {"mass", "effusion"} <= set(load().table)
    with pytest.raises(data.DataError, match="no finding 'hernia'; it has mass, effusion"):
        load("hernia")


def test_label_the_set_does_not_have(listed):
    """A set labelled for one thing refuses another in one sentence."""
    with pytest.raises(data.DataError, match="labelled for pneumonia only"):
        data.load("tiny", 28, mode="real", label="mass", registry=listed, progress=False)


@pytest.mark.parametrize("name", ["shenzhen", "montgomery", "tables", "dicom-samples"])
def test_sets_without_films_to_fetch_say_what_to_do(name):
    """Sets that a learner downloads, tables and samples answer with the next step."""
    with pytest.raises(data.DataError) as caught:
        data.load(name, mode="real", progress=False)
    assert len(str(caught.value).splitlines()) == 1 and "`" in str(caught.value)


def test_dicom_samples():
    """Each sample is found on this machine, and a typo is answered with the list."""
    pytest.importorskip("data_store", reason="pydicom-data is not installed")
    for name in listing()["dicom-samples"].members:
        assert data.sample(name).stat().st_size > 1000
    with pytest.raises(data.DataError, match="chest-cr"):
        data.sample("chest")


@pytest.mark.real
def test_nih_1000(real_mirror):
    """1,000 adult films, 264 patients, none in two splits; as distributed 32 pairs were shared."""
    cohort = data.load("nih-1000", mode="real", progress=False)
    films = cohort.table
    assert cohort.images.shape == (1000, 64, 64) and not cohort.rebuilt
    assert films["patient"].nunique() == 264 and films["label"].sum() == 500
    assert split.straddling(films["patient"], films["split"]) == []
    shared = [
        len(
            set(films.loc[films["split_as_distributed"] == a, "patient"])
            & set(films.loc[films["split_as_distributed"] == b, "patient"])
        )
        for a, b in (("train", "val"), ("train", "test"), ("val", "test"))
    ]
    assert shared == [15, 8, 9]
    assert dict(films["split"].value_counts()) == listing()["nih-1000"].splits
    shares = (films["view"] == "AP").groupby(films["label"]).mean().round(2).to_dict()
    assert shares == {0: 0.28, 1: 0.44}
    effusion = data.load("nih-1000", mode="real", label="effusion", progress=False)
    assert effusion.label_name == "effusion"
    assert effusion.table["label"].equals(effusion.table["Effusion"])
    assert (effusion.table["split"] == films["split"]).all()


@pytest.mark.real
def test_hannover(real_mirror):
    """243 films of 71 adults; the view is the label, and the diagnosis is refused."""
    cohort = data.load("hannover", mode="real", progress=False)
    films = cohort.table
    assert cohort.images.shape == (243, 64, 64) and films["patient"].nunique() == 71
    assert dict(films["view"].value_counts()) == {"AP": 194, "PA": 49}
    assert split.straddling(films["patient"], films["split"]) == []
    assert dict(films["split"].value_counts()) == listing()["hannover"].splits
    with pytest.raises(data.DataError, match="every film shows COVID-19"):
        data.load("hannover", mode="real", label="COVID-19", progress=False)


def test_every_stand_in_is_a_recipe():
    """What the registry names as stand-in, the simulator can draw."""
    from readingroom import simulator

    assert {e.stand_in for e in listing() if e.stand_in} <= set(simulator.recipes())
