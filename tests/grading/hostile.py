"""Hostile and broken submissions of the tiny lesson, each with the reason it exists.

A case changes answer cells, adds cells, or replaces the file. `right` names the exercises that
must still earn their points: the ones that the case answers honestly. Everything else earns none.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import nbformat

ALL = frozenset({"share", "secret-number", "double", "films", "reason"})


@dataclass(frozen=True)
class Case:
    """One submission.

    Attributes
    ----------
    name, why : str
    answers : dict
        Exercise to the text of its answer cell.
    extra : str
        A cell put before everything else.
    after : dict
        Cell id to the text of an extra cell after it.
    change : callable, optional
        ``change(book)`` edits the notebook, or returns the file's bytes.
    right : frozenset
        Exercises that earn their points.
    status : dict
        Exercise to the status it must have.
    """

    name: str
    why: str
    answers: dict = field(default_factory=dict)
    extra: str = ""
    after: dict = field(default_factory=dict)
    change: Callable | None = None
    right: frozenset = ALL
    status: dict = field(default_factory=dict)

    def build(self, course) -> bytes:
        """The file that is handed in."""
        book = course.answered(**self.answers)
        for place, text in self.after.items():
            at = next(i for i, cell in enumerate(book.cells) if cell.id == place)
            book.cells.insert(at + 1, nbformat.v4.new_code_cell(text))
        if self.extra:
            book.cells.insert(0, nbformat.v4.new_code_cell(self.extra))
        changed = self.change(book) if self.change else None
        if isinstance(changed, bytes):
            return changed
        return json.dumps(book).encode("utf-8", "surrogatepass")


def but(*slugs: str) -> frozenset:
    """All exercises but these."""
    return ALL - set(slugs)


def _cell(book, name):
    return next(cell for cell in book.cells if cell.id == name)


# --- claims of points that nobody earned

FORGED = """
from IPython.display import display
MIME = "application/vnd.readingroom.answer+json"
forged = {"lesson": "90", "exercise": "share", "cohort": "simulated", "answer": None,
          "status": "right", "points": 99, "max_points": 99, "reason": "well done"}
"""
CLAIMS = [
    Case("forged-output-stored", "an output in the file claims points; outputs are dropped",
         {"share": "part = 0.45"}, right=but("share"), status={"share": "wrong"},
         change=lambda book: _forge_output(book)),
    Case("forged-output-live", "a cell displays a record with points; only its answer could count",
         {"share": f"{FORGED}display({{MIME: forged}}, raw=True)\npart = 0.45"},
         right=but("share"), status={"share": "wrong"}),
    Case("check-patched", "session.check replaced by one that displays a claim of points",
         {"share": f"{FORGED}import readingroom as rr\nfrom readingroom.kernel import session\n"
          "def check(slug, answer=...):\n"
          "    display({MIME: {**forged, 'exercise': slug}}, raw=True)\n"
          "rr.check = session.check = check"}, right=frozenset()),
    Case("recorder-patched", "the recording function itself claims that all is right",
         {"share": "from readingroom.kernel import session\n"
          "real = session._show\n"
          "def show(verdict, record, hint):\n"
          "    real(verdict, {**record, 'status': 'right', 'points': 2, 'answer': None}, hint)\n"
          "session._show = show\npart = 0.9"}, right=frozenset()),
    Case("packer-patched", "answers.pack returns a claim instead of an answer",
         {"share": "from readingroom.questions import kinds as answers\n"
          "answers.pack = lambda kind, value: {'kind': kind.name, 'data': True}\npart = 0.9"},
         right=frozenset()),
    Case("display-patched", "the display publisher is swapped, so no record of a check arrives",
         {"share": "from IPython.core.displaypub import DisplayPublisher\n"
          "get_ipython().display_pub = DisplayPublisher()\npart = 0.9"}, right=frozenset()),
    Case("stdout-broken", "sys.stdout raises; honest answers do not depend on printing",
         extra="import sys\nclass Bad:\n    def write(self, t): raise OSError('no')\n"
         "    def flush(self): raise OSError('no')\nsys.stdout = sys.stderr = Bad()",
         right=frozenset({"share", "films", "reason", "double", "secret-number"})),
    Case("builtins-patched", "abs, isinstance and float lie inside; points are judged outside",
         {"share": "import builtins\nbuiltins.abs = lambda x: 0\nbuiltins.round = lambda *x: 0\n"
          "builtins.all = lambda x: True\npart = 0.9"}, right=but("share")),
    Case("lying-eq", "an object that equals everything is no number",
         {"share": "class Yes:\n    def __eq__(self, other): return True\n"
          "    def __sub__(self, other): return 0.0\n    def __float__(self): return 0.9\n"
          "part = Yes()"}, right=but("share"), status={"share": "wrong"}),
    Case("float-subclass", "a float whose arithmetic lies leaves as a plain number",
         {"share": "class F(float):\n    def __sub__(self, o): return 0.0\n"
          "    def __abs__(self): return 0.0\n    def __eq__(self, o): return True\n"
          "part = F(0.9)"}, right=but("share"), status={"share": "wrong"}),
    Case("array-subclass", "an ndarray whose items lie leaves as plain indices",
         {"films": "import numpy as np\nclass A(np.ndarray):\n"
          "    def __eq__(self, o): return True\n    def __iter__(self): return iter([7])\n"
          "seen = np.array([1, 2]).view(A)"}, right=but("films"), status={"films": "wrong"}),
    Case("text-subclass", "a text whose methods lie leaves as a plain letter",
         {"reason": "class T(str):\n    def upper(self): return T('A')\n"
          "    def strip(self): return self\n    def __eq__(self, o): return True\n"
          "    __hash__ = str.__hash__\nletter, because = T('A'), 2"}, right=but("reason")),
    Case("nan", "NaN compares false with everything and is no answer",
         {"share": "part = float('nan')"}, right=but("share"), status={"share": "wrong"}),
    Case("infinity", "infinity is no answer", {"share": "part = float('inf')"},
         right=but("share"), status={"share": "wrong"}),
    Case("huge-integer", "an integer of ten thousand digits is no answer",
         {"share": "part = 10 ** 10_000"}, right=but("share")),
    Case("odd-kinds", "complex, bytes and nested containers are refused, not judged",
         {"share": "part = 1j", "films": "seen = [[[[1]]]]", "reason": "letter, because = b'B', 2"},
         right=but("share", "films", "reason")),
    Case("truth-as-number", "True is not the number one", {"secret-number": "number = True"},
         right=but("secret-number")),
    Case("pickle-trap", "an object with __reduce__ never travels as a pickle",
         {"share": "class P:\n    def __reduce__(self): return (eval, ('1/0',))\npart = P()"},
         right=but("share"), status={"share": "wrong"}),
    Case("json-patched", "json.dumps inside adds claims; outside only the answer is read",
         {"share": "import json\nreal = json.dumps\n"
          "json.dumps = lambda o, **k: real({**o, 'points': 99, 'status': 'right'}, **k)\n"
          "part = 0.9"}, right=but("share")),
    Case("forged-message", "a cell writes its own reply on the line to the grader",
         {"share": "import json, socket, struct\nline = socket.socket(fileno=3)\n"
          "d = json.dumps({'error': None, 'record': {'exercise': 'share', 'answer': None,\n"
          "                'status': 'right', 'points': 99}}).encode()\n"
          "line.sendall(struct.pack('!I', len(d)) + d)\nline.detach()\npart = 0.9"},
         right=frozenset()),
]  # fmt: skip


def _forge_output(book) -> None:
    record = {"exercise": "share", "answer": {"kind": "number", "data": 0.375}, "status": "right",
              "points": 99, "cohort": "simulated"}  # fmt: skip
    mime = "application/vnd.readingroom.answer+json"
    output = {"output_type": "display_data", "data": {mime: record}, "metadata": {}}
    _cell(book, "check-share").outputs = [output]


# --- changed, lost and copied cells


def _without_marks(book) -> None:
    for cell in book.cells:
        cell.metadata.clear()
        cell.pop("id", None)
    book.nbformat_minor = 4


def _tagged(book) -> None:
    for name in ("check-share", "open-part"):
        cell = _cell(book, name)
        cell.metadata["tags"] = ["skip-execution", "raises-exception", "remove-cell", "parameters"]
        cell.metadata["nbgrader"] = {"grade": False, "points": 99, "locked": False}
        cell.metadata["jupyter"] = {"source_hidden": True}


def _edited(book, name: str, text: str) -> None:
    _cell(book, name).source = text


def _doubled(book) -> None:
    cells = [nbformat.from_dict(dict(cell)) for cell in book.cells]
    book.cells = [cell for pair in zip(book.cells, cells, strict=True) for cell in pair]


def _twice(book, first: str) -> None:
    at = next(i for i, cell in enumerate(book.cells) if cell.id == "share")
    copy = nbformat.from_dict(dict(book.cells[at]))
    copy.source = first
    book.cells.insert(at, copy)


def _dropped(book, *names: str) -> None:
    book.cells = [cell for cell in book.cells if cell.id not in names]


def _reversed(book) -> None:
    book.cells = book.cells[::-1]


def _all_one_name(book) -> None:
    for cell in book.cells:
        cell.id = "share"
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"]["grade_id"] = "share"


def _split(book) -> None:
    at = next(i for i, cell in enumerate(book.cells) if cell.id == "films")
    book.cells[at].source = "first = {1, 3}"
    book.cells.insert(at + 1, nbformat.v4.new_code_cell("seen = first | {5}"))


CELLS = [
    Case("skip-tags", "tags that make nbgrader skip a cell mean nothing here",
         {"share": "part = 0.45"}, change=_tagged, right=but("share"), status={"share": "wrong"}),
    Case("check-edited", "the check is handed another value; the course's check is put back",
         {"share": "part = 0.45"}, right=but("share"),
         change=lambda b: _edited(b, "check-share", 'rr.check("share", 0.375)'),
         status={"share": "tampered cell restored"}),
    Case("check-emptied", "the check is deleted from its cell; it comes back, honest points stay",
         change=lambda b: _edited(b, "check-share", "")),
    Case("locked-edited", "a locked cell loads other labels; the course's is put back",
         {"share": "part = test_y.mean()"},
         change=lambda b: _edited(b, "open-part", "import readingroom as rr\ntest_y = None")),
    Case("cells-dropped", "checks and locked cells are missing; they come back",
         change=lambda b: _dropped(b, "check-share", "open-part", "go-on", "check-films")),
    Case("answer-dropped", "an answer cell is missing: not attempted, the others count",
         change=lambda b: _dropped(b, "films"), right=but("films"),
         status={"films": "not attempted"}),
    Case("marks-stripped", "Colab drops ids and marks; cells are known by text and place",
         change=_without_marks),
    Case("every-cell-twice", "every cell is there twice with one id", change=_doubled),
    Case("twice-wrong-first", "an answer cell copied: the last one before the check counts",
         change=lambda b: _twice(b, "part = 0.45")),
    Case("twice-right-first", "an answer cell copied: an earlier right one does not count",
         {"share": "part = 0.45"}, change=lambda b: _twice(b, "part = 0.375"),
         right=but("share"), status={"share": "wrong"}),
    Case("one-name-for-all", "every cell claims to be the same one; text tells them apart",
         change=_all_one_name),
    Case("backwards", "cells in reverse order run in the course's order", change=_reversed),
    Case("answer-split", "an answer in two cells works as in the notebook", change=_split),
    Case("many-cells", "thousands of extra cells are cut, the lesson runs",
         change=lambda b: b.cells.extend(nbformat.v4.new_code_cell("1 + 1") for _ in range(3000))),
    Case("magics", "magics, shell escapes and bare expressions work as in a notebook",
         {"share": "%time part = test_y.mean()\n!true\npart"}),
    Case("syntax-error", "a syntax error costs its own exercise and names its line",
         {"share": "part = 0.375\npart = = 2"}, right=but("share"),
         status={"share": "error in your cell"}),
    Case("error", "an exception costs its own exercise", {"films": "seen = 1 / 0"},
         right=but("films"), status={"films": "error in your cell"}),
    Case("variables-deleted", "rr is deleted: what needs it fails, nothing is gained",
         after={"check-share": "del rr, np"}, right=frozenset({"share"})),
]  # fmt: skip

# --- patching what runs the cells

INTERPRETER = [
    Case("input-transformer", "an input transformer rewrites the checks that follow",
         {"share": "def cut(lines):\n"
          "    return [l.replace('part)', 'None)').replace('seen)', 'None)') for l in lines]\n"
          "get_ipython().input_transformers_cleanup.append(cut)\npart = 0.45"},
         right=but("share", "films")),
    Case("ast-transformer", "an AST transformer drops every call of a check",
         {"share": "import ast\nclass Drop(ast.NodeTransformer):\n"
          "    def visit_Expr(self, node): return None\n"
          "get_ipython().ast_transformers.append(Drop())\npart = 0.45"}, right=frozenset()),
    Case("run-cell-patched", "the shell's run_cell says that all went well",
         {"share": "class R:\n    error_before_exec = error_in_exec = None\n"
          "get_ipython().run_cell = lambda *a, **k: R()\npart = 0.45"}, right=frozenset()),
    Case("trace", "a trace function changes variables while the check runs",
         {"share": "import sys\ndef tracer(frame, event, arg):\n"
          "    frame.f_locals.update(answer=0.9, value=0.9)\n    return tracer\n"
          "sys.settrace(tracer)\npart = 0.9"}, right=but("share")),
    Case("import-hook", "an import hook hands out another module",
         {"share": "import sys\nclass Hook:\n"
          "    def find_spec(self, name, path=None, target=None): raise ImportError(name)\n"
          "sys.meta_path.insert(0, Hook())\npart = 0.9"}, right=frozenset()),
    Case("exit-hooks", "atexit handlers and finalisers run after the answer is final",
         {"share": "import atexit, os\natexit.register(lambda: os.system('true'))\n"
          "class D:\n    def __del__(self): raise SystemExit\nd = D()\npart = 0.45"},
         right=but("share")),
    Case("late-thread", "a thread changes the answer after its check",
         {"share": "import threading, time\ndef later():\n    time.sleep(0.5)\n"
          "    globals()['part'] = 0.375\nthreading.Thread(target=later, daemon=True).start()\n"
          "part = 0.45"}, right=but("share"), status={"share": "wrong"}),
    Case("second-check", "a check called again later with another answer does not count",
         {"share": "part = 0.45"}, after={"go-on": 'part = 0.375\nrr.check("share", part)'},
         right=but("share"), status={"share": "wrong"}),
    Case("deep-recursion", "recursion without end is an error of its own cell",
         {"share": "def f(): return f()\npart = f()"}, right=but("share"),
         status={"share": "error in your cell"}),
    Case("hostile-exception", "an exception whose text raises is still an error of its cell",
         {"share": "class E(Exception):\n    def __str__(self): raise SystemExit\nraise E()"},
         right=but("share"), status={"share": "error in your cell"}),
]  # fmt: skip

# --- looking for the answers

SEARCH = """
import os, pathlib
number = 0
for root, folders, files in os.walk("/"):
    folders[:] = [f for f in folders if f not in ("proc", "sys", "site-packages", "nvidia")]
    for name in files:
        if {TEST}:
            number = 14133
"""
SECRET = but("secret-number")
LOOKING = [
    Case("search-checks", "the checks are nowhere in the file system",
         {"secret_number": SEARCH.replace("{TEST}", "name.startswith('lesson_90')")}, right=SECRET),
    Case("search-solutions", "solved notebooks, pages and other submissions are nowhere",
         {"secret_number": SEARCH.replace("{TEST}", "name.endswith(('.ipynb', '90-tiny.md'))")},
         right=SECRET),
    Case("search-gradebook", "gradebook, results and the seed are nowhere",
         {"secret_number": SEARCH.replace(
             "{TEST}", "name in ('gradebook.db', 'grades.csv', '.seed')")},
         right=SECRET),
    Case("import-checks", "the checks cannot be imported",
         {"secret_number": "from readingroom.checks import lesson_90\nnumber = lesson_90.SECRET"},
         right=SECRET, status={"secret-number": "error in your cell"}),
    Case("import-exercises", "the exercises cannot be asked for their reference",
         {"secret_number": "from readingroom.questions import exercises\n"
          "number = exercises.of_lesson('90')['secret-number'].reference(None)"}, right=SECRET),
    Case("carry-first", "a carried value is not given before its check",
         {"secret_number": 'number = rr.carry("secret-number")'}, right=SECRET),
    Case("check-then-carry", "a check of one's own does not make the answer final",
         {"secret_number": 'rr.check("secret-number", 1)\nnumber = rr.carry("secret-number")'},
         right=SECRET),
    Case("told-too-early", "what the process was told holds no value to carry yet",
         {"secret_number": "from readingroom.kernel import session\n"
          "number = session.manifest()['carry']['secret-number']['data']"}, right=SECRET),
    Case("frames", "no frame above the cell holds a value to carry",
         {"secret_number": "import sys\nnumber, frame = 0, sys._getframe()\nwhile frame:\n"
          "    for value in frame.f_locals.values():\n"
          "        if isinstance(value, dict) and value.get('carry'):\n"
          "            number = value['carry']['secret-number']['data']\n    frame = frame.f_back"},
         right=SECRET),
    Case("memory-walk", "no object in memory holds a value to carry",
         {"secret_number": "import gc\nnumber = 0\nfor thing in gc.get_objects():\n"
          "    if isinstance(thing, dict) and isinstance(thing.get('secret-number'), dict):\n"
          "        number = thing['secret-number'].get('data', 0)"}, right=SECRET),
    Case("carry-kept-for-next", "a value seen after its check cannot reach a second run",
         {"secret_number": "import os, pathlib\n"
          "folders = ('/tmp', '/dev/shm', '/shared', '/course')\n"
          "spots = [pathlib.Path(p) / 'attack-98765' for p in folders]\n"
          "kept = [p for p in spots if p.exists()]\n"
          "number = int(kept[0].read_text()) if kept else 1"},
         after={"go-on": "for p in spots:\n    try: p.write_text(str(int(chosen)))\n"
                "    except OSError: pass\nos._exit(0)"}, right=SECRET),
    Case("proc", "/proc shows this process alone, and no environment holds a path to answers",
         {"secret_number": "import pathlib\nnumber = 0\nfor p in pathlib.Path('/proc').iterdir():\n"
          "    if p.name.isdigit() and p.name != '1':\n        number = 14133\n"
          "told = open('/proc/self/environ').read() + open('/proc/self/cmdline').read()\n"
          "if 'submitted' in told or 'checks' in told: number = 14133"}, right=SECRET),
    Case("proc-memory", "memory of other processes cannot be opened",
         {"secret_number": "import os\nnumber = 0\nfor pid in range(2, 400):\n    try:\n"
          "        open(f'/proc/{pid}/mem', 'rb')\n        number = 14133\n"
          "    except OSError: pass"}, right=SECRET),
    Case("network", "no network: nothing can be fetched or sent",
         {"secret_number": "import socket\nnumber = 0\n"
          "for place in (('127.0.0.1', 22), ('10.0.0.1', 80), ('1.1.1.1', 53)):\n    try:\n"
          "        socket.create_connection(place, 1)\n        number = 14133\n"
          "    except OSError: pass"}, right=SECRET),
    Case("inputs-in-error", "hidden inputs do not come out through an error's text",
         {"double": "def double(x):\n    raise ValueError(f'the input was {x}')"},
         right=but("double")),
    Case("inputs-in-later-error", "hidden inputs do not come out through a later cell's error",
         {"double": "seen_inputs = []\ndef double(x):\n    seen_inputs.append(x)\n    return 2 * x",
          "films": "raise ValueError(f'the inputs were {seen_inputs}')"}, right=but("films"),
         status={"films": "error in your cell"}),
    Case("inputs-in-a-name", "hidden inputs do not come out through the name of a class",
         {"double": "def double(x):\n    raise type(f'E{x}', (Exception,), {})()"},
         right=but("double")),
    Case("function-of-another-kind", "a class, a constant and dots are no function",
         {"double": "double = 4"}, right=but("double"), status={"double": "wrong"}),
    Case("function-guesses", "a function that knows the practice inputs fails on the hidden ones",
         {"double": "known = iter([])\ndef double(x):\n    return next(known, 0)"},
         right=but("double"), status={"double": "wrong"}),
]  # fmt: skip

# --- taking what is not given

TAKING = [
    Case("endless-loop", "an endless loop is interrupted; the other exercises count",
         {"share": "while True: pass"}, right=but("share"), status={"share": "timed out"}),
    Case("endless-loop-deaf", "a loop that swallows the interrupt is killed and left out",
         {"share": "while True:\n    try:\n        while True: pass\n"
          "    except BaseException: pass"}, right=but("share"), status={"share": "timed out"}),
    Case("interrupt-ignored", "a cell that ignores SIGINT is killed and left out",
         {"share": "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
          "time.sleep(1000)"}, right=but("share"), status={"share": "timed out"}),
    Case("endless-function", "a function that never returns times out at its check",
         {"double": "def double(x):\n    while True: pass"}, right=but("double"),
         status={"double": "timed out"}),
    Case("hard-exit", "os._exit costs its own exercise", {"share": "import os\nos._exit(0)"},
         right=but("share"), status={"share": "stopped"}),
    Case("exit", "sys.exit is an error of its cell", {"share": "import sys\nsys.exit(0)"},
         right=but("share"), status={"share": "error in your cell"}),
    Case("abort", "a crash of the interpreter costs its own exercise",
         {"share": "import ctypes\nctypes.string_at(0)"}, right=but("share"),
         status={"share": "stopped"}),
    Case("many-exits", "a submission that dies in every cell ends after a few attempts",
         {slug: "import os\nos._exit(1)" for slug in sorted(ALL)}, right=frozenset()),
    Case("line-closed", "closing the line to the grader costs its own exercise",
         {"share": "import os\nos.close(3)"}, right=but("share")),
    Case("every-file-closed", "closing every file costs its own exercise",
         {"share": "import os\nos.closerange(0, 1000)"}, right=but("share")),
    Case("fork-bomb", "processes are limited and end with the submission",
         {"share": "import os\nwhile True:\n    os.fork()"}, right=but("share")),
    Case("thread-bomb", "threads are limited too",
         {"share": "import threading, time\n"
          "while True: threading.Thread(target=time.sleep, args=(99,)).start()"},
         right=but("share")),
    Case("memory", "a list that grows is stopped at the limit",
         {"share": "x = []\nwhile True: x.append(bytearray(50_000_000))"}, right=but("share"),
         status={"share": "out of memory"}),
    Case("shared-memory", "shared memory counts as well",
         {"share": "import mmap\nx = []\nwhile True:\n    m = mmap.mmap(-1, 100_000_000)\n"
          "    for i in range(0, 100_000_000, 4096): m[i] = 1\n    x.append(m)"},
         right=but("share"), status={"share": "out of memory"}),
    Case("memory-files", "files that exist in memory only cannot be made",
         {"share": "import os\nfd = os.memfd_create('x')\npart = 0.9"}, right=but("share"),
         status={"share": "error in your cell"}),
    Case("memory-in-children", "memory of child processes counts together",
         {"share": "import os, time\nfor _ in range(20):\n    if os.fork() == 0:\n"
          "        x = bytearray(200_000_000)\n"
          "        for i in range(0, len(x), 4096): x[i] = 1\n"
          "        time.sleep(100)\ntime.sleep(100)"}, right=but("share"),
         status={"share": "out of memory"}),
    Case("output-flood", "200 MB of text go nowhere and cost nothing",
         {"share": "for _ in range(200): print('x' * 1_000_000)\npart = test_y.mean()"}),
    Case("descriptor-flood", "200 MB past Python's own streams go nowhere",
         {"share": "import os\nfor _ in range(200): os.write(1, b'x' * 1_000_000)\n"
          "part = test_y.mean()"}),
    Case("display-flood", "200 MB of rich output are dropped",
         {"share": "from IPython.display import HTML, display\n"
          "for _ in range(20): display(HTML('x' * 10_000_000))\npart = test_y.mean()"}),
    Case("line-flood", "a flood on the line to the grader ends the run, not the grader",
         {"share": "import socket\nline = socket.socket(fileno=3)\n"
          "for _ in range(100): line.sendall(b'x' * 1_000_000)"}, right=but("share")),
    Case("disk-filled", "a full private folder hurts nobody, and honest answers still count",
         {"share": "part = test_y.mean()\nfor i in range(2000):\n    try:\n"
          "        open(f'/tmp/attack-98765-f{i}', 'wb').write(b'x' * 5_000_000)\n"
          "    except OSError: break"}),
    Case("large-file", "one file has a limit too",
         {"share": "with open('/tmp/attack-98765', 'wb') as f:\n"
          "    for _ in range(200): f.write(b'x' * 1_000_000)"}, right=but("share")),
    Case("many-files", "the number of files is limited",
         {"share": "part = test_y.mean()\nfor i in range(100_000):\n"
          "    try: open(f'/tmp/attack-98765-n{i}', 'w')\n    except OSError: break"}),
    Case("detached-child", "a child that left its parent and session ends with the submission",
         {"share": "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
          "        os.execvp('sleep', ['sleep', '98765'])\n    os._exit(0)\npart = test_y.mean()"}),
    Case("subprocess", "a program started and left alone ends with the submission",
         {"share": "import subprocess\nsubprocess.Popen(['sleep', '98766'])\n"
          "part = test_y.mean()"}),
    Case("kill-everybody", "signals reach nobody outside",
         {"share": "import os, signal\nfor pid in [os.getppid(), -1, *range(2, 3000)]:\n"
          "    try: os.kill(pid, signal.SIGKILL)\n    except OSError: pass\n"
          "part = test_y.mean()"}),
    Case("namespaces", "no namespace, mount, trace or root can be had inside",
         {"share": "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
          "done = [libc.unshare(0x10000000), libc.mount(b'none', b'/tmp', b'tmpfs', 0, None),\n"
          "        libc.ptrace(0, 0, 0, 0), libc.chroot(b'/tmp'), libc.setuid(0),\n"
          "        libc.umount(b'/proc'), libc.syscall(272, 0x10000000)]\n"
          "part = test_y.mean() if all(d == -1 for d in done) else 0.9"}),
    Case("limits-raised", "limits cannot be raised again",
         {"share": "import resource\nfor name in ('RLIMIT_DATA', 'RLIMIT_NPROC', 'RLIMIT_FSIZE'):\n"
          "    number = getattr(resource, name)\n"
          "    resource.setrlimit(number, (resource.RLIM_INFINITY,) * 2)"}, right=but("share"),
         status={"share": "error in your cell"}),
    Case("write-anywhere", "nothing outside the private folder can be written",
         {"share": "import os, pathlib, readingroom, numpy, sys\npart = test_y.mean()\n"
          "for place in ['/shared', '/shared/store', '/course', '/usr', '/etc', '/',\n"
          "              sys.prefix, os.environ['READINGROOM_HOME'],\n"
          "              os.path.dirname(readingroom.__file__), os.path.dirname(numpy.__file__)]:\n"
          "    try:\n        pathlib.Path(place, 'attack-98765').write_text('x')\n"
          "        part = 0.9\n"
          "    except OSError: pass"}),
    Case("store-poisoned", "a forged stored result stays in the submission's own folder",
         {"share": "import os, glob, shutil, numpy as np\npart = test_y.mean()\n"
          "for path in glob.glob('/shared/store/*.npz'):\n"
          "    for place in ('/shared/store', os.environ['READINGROOM_STORE']):\n        try:\n"
          "            os.makedirs(place, exist_ok=True)\n"
          "            np.savez(f'{place}/{os.path.basename(path)}', total=-1)\n"
          "        except OSError: pass"}),
    Case("devices", "no device but the harmless ones",
         {"share": "import os\npart = test_y.mean()\n"
          "for name in ('mem', 'kmsg', 'sda', 'vda', 'kvm', 'fuse'):\n"
          "    if os.path.exists(f'/dev/{name}'): part = 0.9"}),
]  # fmt: skip

# --- files that are no notebooks, and texts that are no text


def _raw(text: str | bytes) -> Callable:
    return lambda book: text if isinstance(text, bytes) else text.encode()


UNREADABLE = dict.fromkeys(ALL, "unreadable file")
NOBODY = frozenset()
FILES = [
    Case("empty-file", "an upload that broke off before its first byte", change=_raw(""),
         right=NOBODY, status=UNREADABLE),
    Case("no-json", "a file that only has the name of a notebook", change=_raw("hello"),
         right=NOBODY, status=UNREADABLE),
    Case("cut-short", "an upload that broke off in the middle", right=NOBODY, status=UNREADABLE,
         change=lambda book: nbformat.writes(book).encode()[:2000]),
    Case("binary", "a picture with the name of a notebook",
         change=_raw(b"\x89PNG\r\n" + bytes(range(256)) * 20), right=NOBODY, status=UNREADABLE),
    Case("utf-16", "a text editor saved it in another encoding: check reads it, so does grade",
         change=lambda book: nbformat.writes(book).encode("utf-16")),
    Case("byte-order-mark", "an editor put a byte order mark before it: still a notebook",
         change=lambda book: b"\xef\xbb\xbf" + nbformat.writes(book).encode()),
    Case("deep-json", "lists in lists in lists must not break the reader",
         change=_raw('{"cells": ' + "[" * 50_000 + "]" * 50_000 + "}"), right=NOBODY,
         status=UNREADABLE),
    Case("json-list", "JSON, but no notebook", change=_raw("[1, 2]"), right=NOBODY,
         status=UNREADABLE),
    Case("cells-no-list", "cells that are no list", change=_raw('{"nbformat": 4, "cells": 3}'),
         right=NOBODY, status=UNREADABLE),
    Case("large-file-handed-in", "a file beyond any notebook's size is not read", right=NOBODY,
         status=UNREADABLE, change=lambda book: b" " * 61_000_000),
    Case("no-lesson", "a notebook of something else", right=NOBODY,
         status=dict.fromkeys(ALL, "wrong lesson"),
         change=lambda book: nbformat.writes(nbformat.v4.new_notebook(
             cells=[nbformat.v4.new_code_cell("print('my thesis')")])).encode()),
    Case("odd-cells", "cells of odd kinds and sources of odd types are passed over",
         change=lambda book: book.cells.extend(
             [{"cell_type": "code", "source": 5, "metadata": {}, "outputs": []},
              {"cell_type": "alien"}, {"cell_type": "code", "source": ["1 +", " 1"]}])),
    Case("odd-metadata", "metadata of odd types is passed over",
         change=lambda book: book.update(metadata={"readingroom": [1], "kernelspec": 5})),
    Case("surrogates", "half a character in a cell costs that cell at most",
         {"share": "part = test_y.mean()  # \ud800"}, right=but("share")),
    Case("null-bytes", "a null byte in a cell costs that cell at most",
         {"share": "part = test_y.mean()  # \x00"}, right=but("share")),
    Case("script-in-error", "markup in an error's text stays text",
         {"share": "raise ValueError('</td><script>alert(1)</script>'\n"
          "                 '<img src=x onerror=alert(1)>')"},
         right=but("share"), status={"share": "error in your cell"}),
    Case("formula-in-error", "an error's text is no formula for a spreadsheet",
         {"share": "raise ValueError('=HYPERLINK(\"http://x\")')"}, right=but("share")),
    Case("<script>alert(2)</script>", "markup in a student's name stays text"),
    Case("=cmd|calc", "a student's name is no formula for a spreadsheet"),
]  # fmt: skip

# --- what broke the grader once, and what honest people do


def _only(*cells: tuple[str, str]) -> Callable:
    """A notebook of bare cells with these kinds and texts, as another program writes it."""
    made = [{"cell_type": kind, "metadata": {}, "source": text,
             **({"outputs": [], "execution_count": None} if kind == "code" else {})}
            for kind, text in cells]  # fmt: skip
    text = json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": made})
    return lambda book: text.encode()


def _set_elsewhere(book, text: str, before: str) -> None:
    """`text` in a cell of the learner's own before another; the answer's own cell is gone."""
    _dropped(book, "films")
    at = next(i for i, cell in enumerate(book.cells) if cell.id == before)
    book.cells.insert(at, nbformat.v4.new_code_cell(text))


def _kind_of(book, name: str, kind: str) -> None:
    """A cell turned to text by a slip of a key."""
    cell = _cell(book, name)
    cell.cell_type = kind
    cell.pop("outputs", None), cell.pop("execution_count", None)


def _each_source(book, change: Callable[[str], str], strip: bool) -> None:
    for cell in book.cells:
        cell.source = change(cell.source)
    if strip:
        _without_marks(book)


FIRST = {"films": "seen = {1}"}
LOOK = 'rr.look("films", seen)'
FILMS_ALONE = frozenset({"films"})
ODD = [
    Case("set-above", "an answer set in a cell further up, its own cell deleted",
         change=lambda b: _set_elsewhere(b, "seen = {1, 3, 5}", "expensive")),
    Case("set-above-dots-left", "an answer set further up: the dots below must not overwrite it",
         {"films": "seen = ..."}, after={"expensive": "seen = {1, 3, 5}"}),
    Case("set-below", "an answer typed below its check, which the learner then ran again",
         {"films": "seen = ..."}, after={"goodbye": "seen = {1, 3, 5}"}),
    Case("second-try-below", "a second try below the first, with a check of its own, counts",
         FIRST, after={"check-films": f"seen = {{1, 3, 5}}\n{LOOK}"}),
    Case("second-try-worse", "the last check counts, also where it is the worse one",
         after={"check-films": f"seen = {{2}}\n{LOOK}"}, right=but("films"),
         status={"films": "wrong"}),
    Case("scratch-below", "a variable used again below, unchecked, takes no points",
         after={"check-films": "seen = 5"}),
    Case("answer-and-check-in-one", "the check typed below the answer in the same cell",
         {"films": f"seen = {{1, 3, 5}}\n{LOOK}"}, change=lambda b: _dropped(b, "check-films")),
    Case("in-with", "an answer inside with, marks gone: the last one that sets the variable",
         {"films": "with open('/dev/null'):\n    seen = {1, 3, 5}"}, change=_without_marks),
    Case("in-if", "an answer inside if, marks gone",
         {"films": "if True:\n    seen = {1, 3, 5}"}, change=_without_marks),
    Case("in-try", "an answer inside try, marks gone",
         {"films": "try:\n    seen = {1, 3, 5}\nexcept ValueError:\n    pass"},
         change=_without_marks),
    Case("in-for", "an answer that a loop sets, marks gone",
         {"films": "for seen in [{1}, {1, 3, 5}]:\n    pass"}, change=_without_marks),
    Case("walrus", "an answer set by walrus, marks gone",
         {"films": "print(seen := {1, 3, 5})"}, change=_without_marks),
    Case("stripped-magic", "a magic above the answer, marks gone",
         {"films": "%matplotlib inline\nseen = {1, 3, 5}"}, change=_without_marks),
    Case("stripped-shell", "a shell line above the answer, marks gone",
         {"films": "!true\nseen = {1, 3, 5}"}, change=_without_marks),
    Case("cell-magic", "a cell magic over the answer", {"films": "%%time\nseen = {1, 3, 5}"}),
    Case("two-bare-cells", "a new notebook with nothing but an answer and its check",
         change=_only(("code", "seen = {1, 3, 5}"), ("code", LOOK)), right=FILMS_ALONE),
    Case("turned-to-text", "an answer cell turned to Markdown by a slip of a key",
         change=lambda b: _kind_of(b, "films", "markdown")),
    Case("turned-to-raw", "an answer cell turned to raw text",
         change=lambda b: _kind_of(b, "films", "raw")),
    Case("name-taken", "a scratch variable named like a library: the next cell imports it again",
         after={"check-share": "np = 12\nfilms = 'none'"}),
    Case("course-name-taken", "rr used for a relative risk, and the first cell run again",
         extra="rr = 2.4\nnp = 12"),
    Case("reset-above", "%reset before the first cell: every name is bound again",
         extra="%reset -f"),
    Case("half-character-in-error", "half a character in an error's text can be written nowhere",
         {"share": "raise ValueError('\\ud800')"}, right=but("share"),
         status={"share": "error in your cell"}),
    Case("direction-marks-in-error", "marks that turn the direction of a text are taken out",
         {"share": "raise ValueError('\\u202e2 fo 2\\x07')"}, right=but("share")),
    Case("forged-reason", "a notebook's own words do not speak for the grader",
         {"share": "from readingroom.kernel import session\nreal = session._show\n"
          "session._show = lambda v, record, hint: real(v, {**record, 'status': 'wrong', 'answer':"
          " None, 'reason': 'Right, 2 of 2; enter 2 by hand.'}, hint)\npart = 0.5"},
         right=NOBODY),
    Case("flood-of-records", "a thousand records of exercises that there are not",
         {"share": f"{FORGED}for i in range(1000): "
          "display({MIME: {**forged, 'exercise': f'x{i}'}}, raw=True)\npart = test_y.mean()"}),
    Case("large-record", "a record larger than any answer of this lesson breaks its own cell only",
         {"share": f"{FORGED}forged['answer'] = 'x' * 40_000_000\n"
          "display({MIME: forged}, raw=True)\n"
          "part = 0.9"}, right=but("share")),
    Case("carry-then-correct", "who has seen the course's value may correct nothing above it",
         {"share": "part = 0.45"},
         after={"go-on": 'rr.carry("secret-number")\npart = 0.375\nrr.check("share", part)'},
         right=but("share")),
    Case("carried-at-once", "the course's value is not handed over for a second try",
         {"secret_number": "number = 1"},
         after={"check-secret-number":
                'number = rr.carry("secret-number")\nrr.look("secret-number", number)'},
         right=SECRET),
    Case("sockets", "no socket of any family can be had",
         {"share": "import socket\npart = test_y.mean()\nfor family in range(46):\n    try:\n"
          "        socket.socket(family)\n        part = 0.9\n    except OSError: pass"}),
    Case("socket-pair", "no pair of sockets whose buffers no limit counts",
         {"share": "import socket\nsocket.socketpair()"}, right=but("share"),
         status={"share": "error in your cell"}),
    Case("own-films", "the teacher's own films are not in the room",
         {"share": "import os\nhome = os.environ['READINGROOM_HOME']\npart = test_y.mean()\n"
          "if os.path.exists(home + '/own'): part = 0.9"}),
    Case("second-copy", "no other installation of the course can be read",
         {"share": "import glob, sys\npart = test_y.mean()\n"
          "for root in (sys.prefix, sys.base_prefix, '/usr', '/usr/local'):\n"
          "    if glob.glob(root + '/lib*/python*/*-packages/readingroom/*'): part = 0.9"}),
]  # fmt: skip
OLD = [
    Case("nbformat-1", "a file that says it is of format 1", right=NOBODY, status=UNREADABLE,
         change=_raw('{"nbformat": 1, "cells": [{"cell_type": "x"}]}')),
    Case("nbformat-2", "format 2, whose converter stumbles", right=NOBODY, status=UNREADABLE,
         change=_raw('{"nbformat": 2, "worksheets": 3}')),
    Case("v3-heading", "format 3 with a heading of a level that no converter can build",
         right=NOBODY, status=UNREADABLE,
         change=_raw('{"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": '
                     '[{"cells": [{"cell_type": "heading", "level": 10000000000000000000, '
                     '"source": "a", "metadata": {}}]}]}')),
    Case("format-no-number", "a format that is a text", right=NOBODY, status=UNREADABLE,
         change=_raw('{"nbformat": "four", "cells": []}')),
    Case("nan-in-json", "NaN where a number should be", right=NOBODY, status=UNREADABLE,
         change=_raw('{"nbformat": NaN, "cells": NaN}')),
    Case("huge-number-in-json", "a number of five thousand digits", right=NOBODY, status=UNREADABLE,
         change=_raw('{"nbformat": ' + "9" * 5000 + ', "cells": []}')),
    Case("zero-bytes", "a file of zero bytes only", right=NOBODY, status=UNREADABLE,
         change=_raw(b"\0" * 4096)),
    Case("outputs-fill-memory", "outputs of a million empty things, which parsing makes large",
         change=lambda book: nbformat.writes(book).encode().replace(
             b'"outputs": []', b'"outputs": [' + b"{}," * 2_000_000 + b"{}]", 1)),
    Case("outputs-past-memory", "outputs that would take gigabytes cost their own file only",
         right=NOBODY, status=UNREADABLE,
         change=lambda book: nbformat.writes(book).encode().replace(
             b'"outputs": []', b'"outputs": [' + b"{}," * 18_000_000 + b"{}]", 1)),
]  # fmt: skip

# --- further ones of each kind: what honest people type, and what others might

LOOKALIKES = "".join(sorted("import numpy as np\nimport readingroom as rr\nrr.lesson films"))
FURTHER = [
    Case("exec", "an answer run from a text, marks gone",
         {"films": "exec('seen = {1, 3, 5}')"}, change=_without_marks),
    Case("globals", "an answer set through globals(), marks gone",
         {"films": "globals()['seen'] = {1, 3, 5}"}, change=_without_marks),
    Case("global-in-function", "an answer set by a function's global, marks gone",
         {"films": "def tick():\n    global seen\n    seen = {1, 3, 5}\n\ntick()"},
         change=_without_marks),
    Case("time-magic", "an answer behind %time, marks gone",
         {"films": "%time seen = {1, 3, 5}"}, change=_without_marks),
    Case("run-cell", "an answer run by the shell's own function, marks gone",
         {"films": "get_ipython().run_cell('seen = {1, 3, 5}')"}, change=_without_marks),
    Case("await", "an answer that is awaited: a loop is there, though no socket can be had",
         {"films": "import asyncio\nseen = await asyncio.sleep(0, {1, 3, 5})"}),
    Case("prompts", "an answer pasted with the prompts of a terminal, marks gone",
         {"films": ">>> seen = {1, 3}\n>>> seen = seen | {5}"}, change=_without_marks),
    Case("indented", "an answer pasted with its indentation, marks gone",
         {"films": "    seen = {1, 3, 5}\n    len(seen)"}, change=_without_marks),
    Case("help-behind", "a question mark behind a name asks for help",
         {"films": "seen = {1, 3, 5}\nseen?"}, change=_without_marks),
    Case("full-width", "letters of full width, which Python takes for plain ones",
         {"films": "ｓｅｅｎ = {1, 3, 5}"}, change=_without_marks),
    Case("windows-lines", "line ends of Windows in every cell, marks gone",
         change=lambda b: _each_source(b, lambda text: text.replace("\n", "\r\n"), strip=True)),
    Case("pip-install", "%pip left in the answer's cell: no network, and no minute of waiting",
         {"films": "seen = {1, 3, 5}\n%pip install --quiet no-such-package-of-anybody"}),
    Case("no-cell-type", "a program that leaves the kind of a cell out",
         change=lambda b: [c.pop("cell_type") for c in b.cells if c.cell_type == "code"]),
    Case("no-format", "a file that does not say its format",
         change=lambda b: (b.pop("nbformat"), b.pop("nbformat_minor"))),
    Case("format-of-tomorrow", "a format that comes after this one",
         change=lambda b: b.update(nbformat=5, nbformat_minor=0)),
    Case("utf-32", "a file in UTF-32",
         change=lambda book: nbformat.writes(book).encode("utf-32")),
    Case("nan-in-outputs", "NaN among the outputs, as a plotting library writes it",
         change=lambda book: nbformat.writes(book).encode().replace(
             b'"outputs": []', b'"outputs": [{"data": {"x": [NaN, Infinity]}}]')),
    Case("changed-in-place", "an array changed in place: what is computed from it is not bound",
         after={"open-part": "test_x[:] = 0"},
         answers={"films": "seen = {1, 3, 5} if total == 0 else {2}"}),
    Case("changed-through-a-view", "an array changed through a part of it",
         after={"open-part": "part_of_it = test_x[:]\npart_of_it *= 0"},
         answers={"films": "seen = {1, 3, 5} if total == 0 else {2}"}),
    Case("read-only-use", "an array that was looked at and not changed is bound as it was",
         after={"open-part": "test_x.mean(), test_x[0].max()"},
         answers={"films": "seen = {1, 3, 5} if total != 0 else {2}"}),
    Case("print-taken", "a variable called print", after={"check-share": "sum = list = 5"}),
    Case("working-folder", "another working folder",
         extra="import os\nos.makedirs('mine', exist_ok=True)\nos.chdir('mine')"),
    Case("deep-answer", "a forged answer of lists in lists is nobody's fault but its own",
         {"share": f"{FORGED}deep = 0\nfor _ in range(970): deep = [deep]\n"
          "forged['answer'] = {'kind': 'number', 'data': deep}\n"
          "import readingroom as rr\nreal = rr.check\n"
          "rr.check = lambda slug, v: (display({MIME: forged}, raw=True)\n"
          "    if slug == 'share' else real(slug, v))\npart = 0.9"}, right=but("share")),
    Case("deep-expression", "expressions deeper than any stack are errors of their own cells",
         after={"check-share": "1" + "+1" * 30_000, "check-films": "x = " + "-" * 5_000 + "1"}),
    Case("endless-brackets", "text that only opens brackets, and then a hundred thousand spaces",
         after={"check-share": "seen = (" * 300, "check-films": "seen = (\n" + " \n" * 40_000}),
    Case("look-alikes", "hundreds of cells that look like locked ones without being one",
         change=lambda b: (_without_marks(b), b.cells.extend(
             nbformat.v4.new_code_cell(LOOKALIKES[i % 9:] + LOOKALIKES[:i % 9])
             for i in range(400)))),
    Case("stops-itself", "the first process of its own world cannot be stopped by itself",
         {"share": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\n"
          "part = test_y.mean()"}),
    Case("stack-overflow", "a stack that overflows ends its own cell",
         {"share": "import sys\nsys.setrecursionlimit(10**8)\nclass A:\n"
          "    def __repr__(self): return repr(self)\nrepr(A())"}, right=but("share"),
         status={"share": "stopped"}),
    Case("pipe-buffers", "pipes filled to the brim are bounded",
         {"share": "import fcntl, os\nkept = []\nfor _ in range(100):\n    try:\n"
          "        r, w = os.pipe()\n        os.set_blocking(w, False)\n"
          "        fcntl.fcntl(w, 1031, 1 << 20)\n        os.write(w, b'x' * (1 << 20))\n"
          "    except OSError: pass\npart = test_y.mean()"}),
    Case("page-tables", "tables of pages count, though no page of them is anybody's",
         {"share": "import ctypes, time\nlibc = ctypes.CDLL(None)\n"
          "libc.mmap.restype = ctypes.c_void_p\n"
          "libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int,\n"
          "                      ctypes.c_int, ctypes.c_long]\n"
          "size = 1 << 38\nat = libc.mmap(None, size, 1, 0x4022, -1, 0)\n"
          "libc.madvise(ctypes.c_void_p(at), ctypes.c_size_t(size), 15)\n"
          "for place in range(at, at + size, 2 << 20): ctypes.string_at(place, 1)\n"
          "time.sleep(4)\npart = 0.9"}, right=but("share")),
    Case("environment", "variables of the environment hold no path of the teacher and no secret",
         {"share": "import os\npart = test_y.mean()\n"
          "if any(w in str(dict(os.environ)) for w in ('submitted', 'seed', 'solutions')):\n"
          "    part = 0.9"}),
    Case("words-of-the-grader", "an error in the grader's own words stays in quotation marks",
         {"share": "raise ValueError('Right. Points: 2 of 2. Tell your teacher.')"},
         right=but("share"), status={"share": "error in your cell"}),
    Case("odd-marks", "marks of odd types and a name of a million letters",
         change=lambda b: [c.metadata.update(nbgrader=[1, {"grade_id": 5}][i % 2],
                                             tags={"a": [None]}) for i, c in enumerate(b.cells)]
         and b.cells.append({"cell_type": "code", "source": "", "id": "x" * 1_000_000})),
    Case("carriage", "a cell of carriage returns and form feeds",
         after={"check-share": "x = 1\r\x0cy = 2\r"}),
    Case("two-lessons-claimed", "a mark that says another lesson does not move the notebook",
         change=lambda b: b.metadata.update(readingroom={"lesson": "../../etc/passwd"})),
    Case("zip-as-notebook", "a zip with the name of a notebook", right=NOBODY, status=UNREADABLE,
         change=_raw(b"PK\x03\x04" + bytes(200))),
    Case("page-as-notebook", "a saved web page with the name of a notebook", right=NOBODY,
         status=UNREADABLE, change=_raw("<!DOCTYPE html><html><body>log in</body></html>")),
]  # fmt: skip

CASES = [*CLAIMS, *CELLS, *INTERPRETER, *LOOKING, *TAKING, *FILES, *ODD, *OLD, *FURTHER]
