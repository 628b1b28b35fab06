"""nbformat, loaded in a tenth of its time.

nbformat loads jsonschema, and jsonschema builds 39 grammars of international web addresses the
moment it is imported, if the package that writes them is installed; JupyterLab brings it. That is
1.1 of 1.2 s of a processor, in every command, reader and sandbox. No notebook's schema asks whether
a text is such an address, so their package is out of sight while nbformat loads, and only then.
"""

from __future__ import annotations

import sys

_GRAMMARS = "rfc3987_syntax"
_hidden = _GRAMMARS not in sys.modules
if _hidden:
    sys.modules[_GRAMMARS] = None  # type: ignore[assignment]
try:
    import nbformat
    from nbformat import NotebookNode
finally:
    if _hidden:
        del sys.modules[_GRAMMARS]

__all__ = ["NotebookNode", "nbformat"]
