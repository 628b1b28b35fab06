"""What nbval and nbgrader say of a notebook that has been run already, for others to read too."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest


def differing(
    stored: Path, executed: nbformat.NotebookNode, request: pytest.FixtureRequest
) -> tuple[list[str], int]:
    """What nbval says of a notebook's stored outputs, given its outputs of another run.

    Which cells are compared, what of them, and how, is nbval's ``--nbval-lax``; it only starts no
    kernel of its own.

    Parameters
    ----------
    stored : Path
        The notebook with the outputs to keep to.
    executed : NotebookNode
        The same notebook after a run.
    request : FixtureRequest

    Returns
    -------
    (list of str, int)
        The cells that differ with nbval's words or keep no output, and how many were compared.
    """
    from nbval.plugin import IPyNbFile, coalesce_streams

    option = request.config.option  # nbval reads its own there; it is no plugin of this session
    option.nbval_lax, option.nbdime = True, False
    fresh = [cell for cell in executed.cells if cell.cell_type == "code"]
    cells = list(IPyNbFile.from_parent(request.session, path=stored).collect())
    assert [item.cell.source for item in cells] == [cell.source for cell in fresh]
    said, compared = [], 0
    for item, cell in zip(cells, fresh, strict=True):
        if not item.options["check"]:
            continue
        if item.cell.execution_count is None:  # nbval itself would pass it in silence
            said.append(
                f"The cell {item.cell.id} keeps no lines of a run to compare with. "
                "Run `readingroom build --run` for its lesson and commit the notebook."
            )
            continue
        compared += 1
        if not item.compare_outputs(
            coalesce_streams(cell.outputs), coalesce_streams(item.cell.outputs)
        ):
            said.append("\n".join([item.cell.source, *item.comparison_traceback]))
    return said, compared


def validated(executed: Path) -> dict:
    """What ``nbgrader validate`` finds in a notebook, without running it once more.

    Parameters
    ----------
    executed : Path
        A notebook with the outputs of nbgrader's own run.

    Returns
    -------
    dict
        Lists of cells with their ``source``: ``failed`` and ``changed``, where there are any.
    """
    from nbgrader.validator import Validator

    found = Validator()
    found.preprocessors = []  # of the three one would run it, the others prepare that
    return found.validate(str(executed))
