"""Arguments of a learner's function as JSON, so that a checker can call it in another process."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from readingroom.questions import kinds

MARK = "readingroom"  # key that tells an array, tuple or table from a plain mapping


def pack(value: Any) -> Any:
    """Write an argument as JSON.

    Parameters
    ----------
    value : None, bool, int, float, str, list, tuple, dict, ndarray or DataFrame
        What a check's ``inputs`` returned.

    Raises
    ------
    TypeError
        It is of another kind: a fault of the check.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return {MARK: "array", "is": _array(value)}
    if isinstance(value, list):
        return [pack(item) for item in value]
    if isinstance(value, tuple):
        return {MARK: "tuple", "is": [pack(item) for item in value]}
    if isinstance(value, (set, frozenset)):
        return {MARK: "set", "is": [pack(item) for item in sorted(value)]}
    if isinstance(value, dict):
        return {MARK: "dict", "is": [[pack(k), pack(v)] for k, v in value.items()]}
    if hasattr(value, "columns") and hasattr(value, "to_dict"):
        columns = {str(name): _column(value[name]) for name in value.columns}
        return {MARK: "table", "is": columns, "index": _column(value.index)}
    raise TypeError(f"an argument of kind {type(value).__name__} cannot be handed over")


def _array(value: np.ndarray) -> dict:
    if value.dtype.name not in kinds.DTYPES:
        raise TypeError(f"an array of {value.dtype.name} cannot be handed over")
    data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode("ascii")
    return {"dtype": value.dtype.name, "shape": list(value.shape), "data": data}


def _column(column: Any) -> dict:
    values = column.to_numpy()
    if values.dtype.name in kinds.DTYPES:
        return {MARK: "array", "is": _array(values)}
    return {MARK: "list", "is": [pack(item) for item in values.tolist()]}


def unpack(written: Any) -> Any:
    """The argument again, each time a new object."""
    if isinstance(written, list):
        return [unpack(item) for item in written]
    if not isinstance(written, dict):
        return written
    kind, inner = written[MARK], written["is"]
    if kind == "array":
        raw = np.frombuffer(base64.b64decode(inner["data"]), inner["dtype"])
        return raw.reshape(inner["shape"]).copy()
    if kind == "table":
        return _table(inner, written["index"])
    if kind == "dict":
        return {unpack(key): unpack(value) for key, value in inner}
    items = [unpack(item) for item in inner]
    return {"list": list, "tuple": tuple, "set": set}[kind](items)


def _table(columns: dict, index: dict) -> Any:
    import pandas as pd

    data = {name: unpack(column) for name, column in columns.items()}
    return pd.DataFrame(data, index=unpack(index))
