"""Reading a verified data set into films and a table, one function for each way of storing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    return LAYOUTS[entry.layout](entry, located, size, label)


def medmnist(entry: DataSet, located: list[Located], size: int, label: str | None):
    """Read a MedMNIST file: ``{train,val,test}_{images,labels}``, never with pickle."""
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
    except (ValueError, KeyError, OSError) as problem:
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
    if wanted in (None, entry.label_name):
        chosen = table.max(axis=1)
    elif wanted in table:
        chosen = table[wanted]
    else:
        raise DataError(
            f"{entry.title} has no finding {wanted!r}; it has {', '.join(entry.findings)}."
        )
    return table.assign(label=chosen)


LAYOUTS = {"medmnist": medmnist}
