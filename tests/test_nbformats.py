"""nbformat is loaded without the grammars that take a second, by every module of the course."""

import ast
import subprocess
import sys
from pathlib import Path

import readingroom

PACKAGE = Path(readingroom.__file__).parent
PROGRAM = """
import sys
from readingroom.nbformats import NotebookNode, nbformat

assert not [name for name in sys.modules if name.startswith("rfc3987_syntax")]
book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("film")])
nbformat.validate(book)
book.cells[0].cell_type = "film"
try:
    nbformat.validate(book)
except nbformat.ValidationError:
    print("still refused")
import importlib.util
print("found" if importlib.util.find_spec("rfc3987_syntax") else "not installed")
"""


def test_notebooks_are_validated_without_the_grammars_of_addresses():
    # a fresh process, since pytest's own has loaded everything
    told = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert told.stdout.split("\n")[:2] == ["still refused", "found"], told.stderr


def test_no_module_loads_nbformat_past_its_home():
    def direct(path: Path) -> bool:
        names = []
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names += [one.name for one in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.append(node.module or "")
        return any(name.partition(".")[0] == "nbformat" for name in names)

    assert [path.name for path in PACKAGE.rglob("*.py") if direct(path)] == ["nbformats.py"]
