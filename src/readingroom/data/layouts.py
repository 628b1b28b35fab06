"""Reading a verified data set into films and a table, one function for each way of storing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readingroom.data import films, split, tables
from readingroom.data.errors import Damaged, DataError
from readingroom.data.registry import DataSet

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from readingroom.data.fetch import Located


def read(
    entry: DataSet, located: list[Located], size: int, label: str | None
) -> tuple[np.ndarray, pd.DataFrame, str]:
    """Return films, table and what label 1 means.

    Returns
    -------
    images : numpy.ndarray
        uint8, shape (N, size, size).
    table : pandas.DataFrame
        One row per film with ``split`` and ``label``.
    label_name : str

    Raises
    ------
    DataError
        If the files do not hold what the registry says, or the label does not exist.
    """
    if entry.layout not in LAYOUTS:
        raise DataError(f"{entry.title} holds no films to load: {entry.note}")
    return LAYOUTS[entry.layout](entry, located, size, label)


def medmnist(entry: DataSet, located: list[Located], size: int, label: str | None) -> tuple:
    """Read a MedMNIST file: ``{train,val,test}_{images,labels}``, never with pickle."""
    import zipfile

    import numpy as np
    import pandas as pd

    path = located[0].path
    images, rows = [], []
    try:
        with np.load(path, allow_pickle=False) as stored:
            for split in ("train", "val", "test"):
                images.append(stored[f"{split}_images"])
                labels = stored[f"{split}_labels"].reshape(len(images[-1]), -1)
                rows.append(_labels(entry, labels, label).assign(split=split))
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as problem:
        raise Damaged(
            f"{path} does not hold the films it should ({problem}); delete it and fetch it again."
        ) from problem
    table = pd.concat(rows, ignore_index=True).assign(**entry.constants)
    return np.concatenate(images), table, label or entry.label_name


def _labels(entry: DataSet, labels: np.ndarray, wanted: str | None) -> pd.DataFrame:
    """Return a column ``label`` from (n, 1) labels, or from (n, findings) with one column each."""
    import pandas as pd

    if not entry.findings:
        if wanted not in (None, entry.label_name):
            raise DataError(f"{entry.title} is labelled for {entry.label_name} only, not {wanted}.")
        return pd.DataFrame({"label": labels[:, 0]})
    table = pd.DataFrame(labels, columns=list(entry.findings))
    return table.assign(label=_finding(entry, table, wanted))


def _finding(entry: DataSet, table: pd.DataFrame, wanted: str | None) -> pd.Series:
    """Return the column that becomes the label; by default whether any finding is there."""
    if wanted in (None, entry.label_name):
        return table[list(entry.findings)].max(axis=1)
    named = {finding.lower(): finding for finding in entry.findings}
    if wanted.lower() not in named:
        raise DataError(
            f"{entry.title} has no finding {wanted!r}; it has {', '.join(entry.findings)}."
        )
    return table[named[wanted.lower()]]


def nih_1000(entry: DataSet, located: list[Located], size: int, label: str | None) -> tuple:
    """Read ``{train,valid,test}/{0_normal,1_abnormal}/<NIH film>.png`` and join NIH's table.

    The label "abnormal" is the folder's. The splits are new ones, by patient, since those of the
    files share patients; ``split_as_distributed`` keeps what the files say. Age, sex, view and
    the 14 text-mined findings come from NIH's table where the package with it is installed.
    """
    import pandas as pd

    located = [at for at in located if at.path.suffix == ".png"]
    about = pd.DataFrame(
        {
            "image": [at.path.name for at in located],
            "split_as_distributed": [split.named(at.path.parts[-3]) for at in located],
            "label": [int(at.path.parts[-2].startswith("1")) for at in located],
        }
    )
    about["patient"] = about["image"].str[:8]
    joined = _joined(about, required=label not in (None, entry.label_name))
    joined["split"] = split.by_patient(joined["patient"], joined["label"])
    if label not in (None, entry.label_name):
        joined["abnormal"], joined["label"] = joined["label"], _finding(entry, joined, label)
    return _films(located, size), joined.assign(**entry.constants), label or entry.label_name


def _joined(about: pd.DataFrame, required: bool) -> pd.DataFrame:
    """Add NIH's columns; without the table's package only what the file names say."""
    try:
        nih = tables.nih()
    except DataError:
        if required:
            raise
        return about
    return about.merge(nih.drop(columns="patient"), on="image", how="left", validate="1:1")


def hannover(entry: DataSet, located: list[Located], size: int, label: str | None) -> tuple:
    """Read Hannover's films and ``data.csv``; one diagnosis, so the label is the view AP."""
    import pandas as pd

    if label not in (None, entry.label_name):
        raise DataError(
            f"{entry.title} cannot be labelled by {label!r}: every film shows COVID-19, so there "
            f"is nothing to tell apart; use its label {entry.label_name!r}."
        )
    (listed,) = (at.path for at in located if at.path.name == "data.csv")
    raw = pd.read_csv(listed).set_index("image_id")
    located = [at for at in located if at.path.suffix == ".png"]
    raw = raw.loc[[at.path.stem for at in located]].reset_index()
    table = pd.DataFrame(
        {
            "image": [at.path.name for at in located],
            "patient": raw["patient_id"],
            "view": raw["projection"].map(films.view),
            "sex": raw["sex"].str.upper(),
            "days_from_admission": -raw["admission_offset"],
            "icu_on_day": raw["icu_admission_offset"],
        }
    )
    table["label"] = (table["view"] == "AP").astype(int)
    table["split"] = split.by_patient(table["patient"], table["label"])
    return _films(located, size), table.assign(**entry.constants), entry.label_name


def _films(located: list[Located], size: int) -> np.ndarray:
    """Return uint8 (N, size, size), the central square of each film."""
    import numpy as np

    images = np.empty((len(located), size, size), np.uint8)
    for k, at in enumerate(located):
        images[k] = films.squared(films.read(at.path).pixels, size)
    return images


LAYOUTS = {"medmnist": medmnist, "nih-1000": nih_1000, "hannover": hannover}
