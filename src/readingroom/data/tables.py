"""Public tables about chest films, read as files from the package that ships them.

The tables lie in ``torchxrayvision``, whose import loads torch; so the package is located, never
imported.
"""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from readingroom.assess import whose
from readingroom.data.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FINDINGS = (
    "Atelectasis",
    "Cardiomegaly",
    "Consolidation",
    "Edema",
    "Effusion",
    "Emphysema",
    "Fibrosis",
    "Hernia",
    "Infiltration",
    "Mass",
    "Nodule",
    "Pleural_Thickening",
    "Pneumonia",
    "Pneumothorax",
)
TITLES = {
    "nih": "REAL TABLE, NIH ChestX-ray14",
    "adjudicated": "REAL TABLE, NIH films that a panel read",
    "boxes": "REAL TABLE, NIH boxes",
    "rsna": "REAL TABLE, RSNA pneumonia challenge",
    "openi": "REAL TABLE, Open-i",
}
NIH = "Data_Entry_2017_v2020.csv.gz"
PANEL = ("Fracture", "Pneumothorax", "Airspace opacity", "Nodule or mass")


def folder() -> Path:
    """Return where the tables lie.

    Raises
    ------
    DataError
        If the package that ships them is not installed.
    """
    # Finding a top-level package does not execute it.
    found = importlib.util.find_spec("torchxrayvision")
    places = found.submodule_search_locations if found else None
    if not places or not (Path(places[0]) / "data").is_dir():
        raise DataError(
            "The public tables come with the package torchxrayvision, which is not installed; "
            "run `pip install torchxrayvision`."
        )
    return Path(places[0]) / "data"


def table(name: str) -> pd.DataFrame:
    """Return a public table, one row per film (``boxes``: per box), with tidy column names.

    Parameters
    ----------
    name : "nih", "adjudicated", "boxes", "rsna" or "openi"
        NIH ChestX-ray14's text-mined labels; the panel's labels for some of its films; its
        boxes (pixels of the 1024 px film, origin top left); the headers and labels of the RSNA
        pneumonia challenge; the DICOM headers of Open-i.

    Returns
    -------
    pandas.DataFrame
        As far as the source has them: ``image``, ``patient``, ``age`` (years, as stated, also
        where impossible), ``sex``, ``view``, and one column of 0 and 1 per finding. ``openi``
        keeps its header columns under their DICOM names.

    Raises
    ------
    DataError
        If there is no such table or its package is missing.
    """
    readers = {
        "nih": nih,
        "adjudicated": adjudicated,
        "boxes": boxes,
        "rsna": rsna,
        "openi": openi,
    }
    if name not in readers:
        raise DataError(f"There is no table {name!r}; the tables are {', '.join(readers)}.")
    found = readers[name]()
    found.attrs["films"] = TITLES[name]
    whose.note(TITLES[name])
    return found


def _csv(name: str, **more: Any) -> pd.DataFrame:
    import pandas as pd

    path = folder() / name
    try:
        return pd.read_csv(path, low_memory=False, **more)
    except (OSError, ValueError, EOFError) as problem:
        raise DataError(
            f"The table {path} cannot be read ({type(problem).__name__}); install torchxrayvision "
            "again."
        ) from problem


def nih() -> pd.DataFrame:
    """Return NIH's table: 112,120 films with text-mined findings (Wang et al. 2017)."""
    path = folder() / NIH
    stamp = path.stat().st_mtime_ns if path.is_file() else 0
    return _nih(path, stamp).copy()


@lru_cache(maxsize=1)
def _nih(path: Path, stamp: int) -> pd.DataFrame:
    """Read NIH's table once per process: it takes over a second, and many steps join it."""
    import pandas as pd

    raw = _csv(path.name)
    listed = raw["Finding Labels"]
    found = {text: set(text.split("|")) for text in listed.unique()}
    columns = {f: listed.map({t: int(f in held) for t, held in found.items()}) for f in FINDINGS}
    about = pd.DataFrame(
        {
            "image": raw["Image Index"],
            "patient": raw["Patient ID"].map("{:08d}".format),
            "follow_up": raw["Follow-up #"],
            "age": raw["Patient Age"],
            "sex": raw["Patient Gender"],
            "view": raw["View Position"],
            "findings": listed,
        }
    )
    return pd.concat([about, pd.DataFrame(columns)], axis=1)


def adjudicated() -> pd.DataFrame:
    """Return the labels a panel of readers gave 4,376 NIH films (Majkowska et al. 2020)."""
    raw = _csv("google2019_nih-chest-xray-labels.csv.gz")
    about = raw.rename(
        columns={
            "Image Index": "image",
            "Patient Age": "age",
            "Patient Gender": "sex",
            "View Position": "view",
            "Set Id": "set",
        }
    )
    about["patient"] = raw["Patient ID"].map("{:08d}".format)
    for finding in PANEL:
        about[finding] = (raw[finding] == "YES").astype(int)
    return about[["image", "patient", "age", "sex", "view", "set", *PANEL]]


def boxes() -> pd.DataFrame:
    """Return NIH's 984 boxes, in pixels of the 1024 px film, origin at the top left."""
    raw = _csv("BBox_List_2017.csv.gz", usecols=range(6))
    raw.columns = ["image", "finding", "x", "y", "width", "height"]
    return raw


def rsna() -> pd.DataFrame:
    """Return the RSNA pneumonia challenge: header facts and label of 26,684 films."""
    headers = _csv("kaggle_stage_2_train_images_dicom_headers.csv.gz")
    labels = _csv("kaggle_stage_2_train_labels.csv.zip")
    positive = labels.groupby("patientId")["Target"].max()
    tidy = headers[["PatientID", "PatientAge", "PatientSex", "ViewPosition"]].copy()
    tidy.columns = ["patient", "age", "sex", "view"]
    tidy["pneumonia"] = tidy["patient"].map(positive)
    return tidy


def openi() -> pd.DataFrame:
    """Return the 7,469 DICOM headers of Open-i's Indiana collection, columns as in DICOM."""
    return _csv("nlmcxr_dicom_metadata.csv.gz").rename(columns={"imageid": "image"})
