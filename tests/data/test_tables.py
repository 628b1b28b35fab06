"""The public tables hold what the datasheets say, and reading them loads no torch."""

import subprocess
import sys

import pandas as pd
import pytest

from readingroom import data
from readingroom.data import tables


@pytest.fixture(scope="module", autouse=True)
def installed():
    """These tables come with a package of their own."""
    try:
        tables.folder()
    except data.DataError as problem:
        pytest.skip(str(problem))


def test_nih_table():
    """112,120 films of 30,805 patients, up to 184 of one; each finding a column of 0 and 1."""
    nih = data.table("nih")
    assert len(nih) == 112_120 and nih["patient"].nunique() == 30_805
    assert nih["patient"].value_counts().max() == 184
    none = nih["findings"] == "No Finding"
    assert (nih.loc[none, list(tables.FINDINGS)].sum(axis=1) == 0).all()
    assert (nih.loc[~none, list(tables.FINDINGS)].sum(axis=1) > 0).all()


def test_panel_against_text():
    """Pneumothorax: 109 in both, 129 only in the text, 129 only by the panel."""
    both = data.table("adjudicated").merge(
        data.table("nih"), on="image", suffixes=("_panel", "_text"), validate="1:1"
    )
    assert len(both) == 4376
    counts = pd.crosstab(both["Pneumothorax_panel"], both["Pneumothorax_text"])
    assert counts.loc[1, 1] == 109 and counts.loc[0, 1] == 129 and counts.loc[1, 0] == 129


def test_boxes_rsna_and_openi():
    """Box count, the RSNA table's impossible age and mix by view, Open-i's missing views."""
    assert len(data.table("boxes")) == 984
    rsna = data.table("rsna")
    assert rsna["age"].max() == 155
    shares = rsna.groupby("view")["pneumonia"].mean().round(3)
    assert shares.to_dict() == {"AP": 0.383, "PA": 0.093}
    openi = data.table("openi")
    assert len(openi) == 7469 and openi["View Position"].isna().sum() == 2586


def test_unknown_table_is_one_sentence():
    """A typo is answered with what there is."""
    with pytest.raises(data.DataError, match="nih, adjudicated"):
        data.table("nhi")


def test_missing_package_is_one_sentence(monkeypatch):
    """Without the package the sentence says what to install."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(data.DataError, match="pip install torchxrayvision"):
        data.table("nih")


def test_reading_a_table_does_not_import_torch():
    """The package is located, not executed."""
    code = (
        "import sys; from readingroom import data; data.table('boxes'); "
        "print([m for m in ('torch', 'torchxrayvision') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
