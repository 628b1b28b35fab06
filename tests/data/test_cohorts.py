"""A cohort keeps its promise: films, a row for each, splits, and words for a clinician."""

import io
import subprocess
import sys

import numpy as np
import pytest

from readingroom import data

from .conftest import write_registry


@pytest.fixture
def tiny(listed):
    return data.load("tiny", size=28, mode="real", registry=listed, progress=False)


def test_films_and_rows_belong_together(tiny):
    """One row per film, positions counted within each split, labels 0 and 1."""
    assert tiny.images.shape == (62, 28, 28) and tiny.images.dtype == np.uint8
    assert list(tiny.table.columns[:3]) == ["split", "index", "label"]
    for split, n in (("train", 40), ("val", 10), ("test", 12)):
        rows = tiny.table[tiny.table["split"] == split]
        assert list(rows["index"]) == list(range(n))
        images, labels = tiny.part(split)
        assert images.shape == (n, 28, 28) and labels.shape == (n,)
        assert (labels == rows["label"]).all()


def test_unknown_split_is_refused(tiny):
    """A split that does not exist is answered with those that do."""
    with pytest.raises(data.DataError, match="train, val and test"):
        tiny.part("valid")


def test_fingerprint_changes_with_pixels_labels_and_splits(tiny):
    """The fingerprint is repeatable and follows each of the three."""
    from dataclasses import replace

    before = tiny.fingerprint()
    assert before == tiny.fingerprint() and len(before) == 64
    images, table = tiny.images.copy(), tiny.table.copy()
    images[0, 0, 0] ^= 1
    assert replace(tiny, images=images).fingerprint() != before
    table.loc[0, "label"] = 1 - table.loc[0, "label"]
    assert replace(tiny, table=table).fingerprint() != before
    table = tiny.table.assign(split=["val", *tiny.table["split"][1:]])
    assert replace(tiny, table=table).fingerprint() != before


def test_describe_says_what_a_clinician_asks(tiny):
    """Number, label, mix per split, what is known per film and what is not."""
    said = tiny.describe()
    for expected in ("62 chest films", "pneumonia", "Training: 40 films, 20", "50 %", "Not known"):
        assert expected in said


def test_file_that_runs_code_is_refused(tmp_path, origin):
    """A file with pickled objects never loads, whatever its hash says."""
    out = io.BytesIO()
    np.savez(out, train_images=np.array([{"a": 1}], dtype=object))
    origin.content = out.getvalue()
    listed = write_registry(tmp_path / "r.toml", origin.url, origin.content)
    with pytest.raises(data.Damaged, match="does not hold the films"):
        data.load("tiny", size=28, mode="real", registry=listed, progress=False)


def test_import_is_light():
    """Importing the data room loads neither torch nor pandas, and makes no folder."""
    code = (
        "import sys; from readingroom import data; "
        "print([m for m in ('torch', 'pandas', 'requests', 'pydicom', 'PIL') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.mark.real
@pytest.mark.parametrize("size", [28, 64, 128])
def test_childrens_films_of_the_mirror(real_mirror, size):
    """The real set has its official splits and mix at every size, and says it was rebuilt."""
    children = data.load("children", size=size, mode="real", progress=False)
    assert children.images.shape == (5856, size, size)
    assert dict(children.table["split"].value_counts()) == {"train": 4708, "val": 524, "test": 624}
    shares = children.table.groupby("split")["label"].mean().round(3).to_dict()
    assert shares == {"train": 0.742, "val": 0.742, "test": 0.625}
    assert children.label_name == "pneumonia" and children.source == "real"
