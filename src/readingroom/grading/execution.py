"""Running a rebuilt submission in a room: cell by cell, each answer final before the next cell."""

from __future__ import annotations

import builtins
import time
from dataclasses import dataclass, field

from readingroom.grading import result, wire
from readingroom.grading.limits import Limits
from readingroom.grading.rebuild import CHECK, EXTRA, LOCKED, Cell
from readingroom.grading.room import Room, Visit
from readingroom.grading.watch import Watch
from readingroom.kernel import inspection

BESIDE = 200_000  # bytes of a reply beside its largest answer: other records, an error's text
GRACE = 3.0  # seconds a cell has to obey the stop button
SLOWER = 3.0  # how much longer than the course's own run a locked cell may take


@dataclass(frozen=True)
class Told:
    """What a run is told of its lesson, and when: `carry` and `inputs` never before their time."""

    kinds: dict
    carry: dict = field(default_factory=dict)
    inputs: dict = field(default_factory=dict)
    seconds: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """What went wrong in a cell, and one sentence on it."""

    status: str
    reason: str


@dataclass
class Findings:
    """What a run left: data only.

    Attributes
    ----------
    records : dict
        Exercise to the record of its last check that counts, wherever that was called.
    faults : dict
        Position of a cell to its fault.
    reached : int
        Number of cells that were dealt with.
    ended : str
        Why the run ended early, or an empty text.
    late : set of str
        Exercises that were answered after the course had given away its own answer.
    """

    records: dict[str, dict | None] = field(default_factory=dict)
    faults: dict[int, Fault] = field(default_factory=dict)
    reached: int = 0
    ended: str = ""
    late: set[str] = field(default_factory=set)


class Execution:
    """One submission's run."""

    def __init__(self, room: Room, cells: list[Cell], told: Told, limits: Limits) -> None:
        self.room, self.cells, self.told, self.limits = room, cells, told, limits
        self.findings = Findings()
        self._largest = min(
            limits.message, BESIDE + max(map(_room_for, told.kinds.values()), default=0)
        )
        self._skip: set[int] = set()
        self._closed: set[str] = set()  # what the course gave away later changes these no more
        self._given_away: set[str] = set()
        # once inputs are out, nothing that the submission says is repeated to anybody
        self._hush = min((i for i, c in enumerate(cells) if self._asks(c)), default=len(cells))

    def _asks(self, cell: Cell) -> bool:
        return cell.role == CHECK and cell.exercise in self.told.inputs

    def run(self) -> Findings:
        """Run every cell; begin anew without the cell that had the process killed."""
        until = time.monotonic() + self.limits.seconds
        for _ in range(self.limits.restarts + 1):
            killed_by = self._attempt(until)
            if killed_by is None:
                break
            self._skip.add(killed_by)
        else:
            self.findings.ended = "its cells had to be stopped too often"
        return self.findings

    def _attempt(self, until: float) -> int | None:
        """One process from the first cell on; the position of the cell that ended it, or None."""
        with self.room.visit(self.limits) as visit, Watch(visit, self.limits) as watch:
            given: set[str] = set()
            for position, cell in enumerate(self.cells):
                if position in self._skip:
                    continue
                left = until - time.monotonic()
                if left <= 0:
                    self.findings.ended = f"it took longer than {self.limits.seconds:g} s"
                    return None
                try:
                    found = self._cell(visit, cell, self._message(position, given), left)
                except wire.WireError as error:
                    self._fault(position, self._ending(visit, watch, error))
                    self._final(cell, None)
                    self._reached(position)
                    return position
                self._note(position, cell, found)
                if self._full(position, cell):
                    return position
        return None

    def _full(self, position: int, cell: Cell) -> bool:
        """Whether a cell left the memory so full that the next ones would pay for it."""
        fault = self.findings.faults.get(position)
        return cell.role != CHECK and fault is not None and fault.status == result.MEMORY

    def _reached(self, position: int) -> None:
        self.findings.reached = max(self.findings.reached, position + 1)

    def _message(self, position: int, given: set[str]) -> dict:
        """A cell with what it may know: a carried value only after its answer is final."""
        cell = self.cells[position]
        message: dict = {"run": cell.source}
        if cell.role == LOCKED:
            message["name"] = cell.name
        if not given:
            message["kinds"] = self.told.kinds
            given.add("")
        if self._asks(cell):
            message["inputs"] = {cell.exercise: self.told.inputs[cell.exercise]}
        passed = {c.exercise for c in self.cells[:position] if c.role == CHECK}
        due = {slug for slug in self.told.carry if slug in passed and slug not in given}
        if due and inspection.CARRY.search(cell.source):
            # whoever is told the course's answer has given their own to all that was asked so far
            self._closed |= passed
            self._given_away |= passed
            message["carry"] = {slug: self.told.carry[slug] for slug in due}
            given |= due
        return message

    def _cell(self, visit: Visit, cell: Cell, message: dict, left: float) -> dict:
        seconds = self.limits.cell_seconds
        if cell.role == LOCKED:
            seconds = max(seconds, SLOWER * self.told.seconds.get(cell.name, 0.0))
        visit.ask(message)
        try:
            return visit.reply(min(seconds, left), self._largest)
        except wire.TooLate:
            visit.interrupt()
            found = visit.reply(GRACE, self._largest)
            return {**found, "late": True}

    def _ending(self, visit: Visit, watch: Watch, error: wire.WireError) -> Fault:
        if isinstance(error, wire.Ended):
            visit.ended(GRACE)
        if watch.over:
            return _memory(self.limits) if watch.over == "memory" else _crowd(self.limits)
        if isinstance(error, wire.TooLate):
            return _late(self.limits)
        if isinstance(error, wire.TooMuch):
            return Fault(result.STOPPED, "The answer is larger than any answer may be.")
        if isinstance(error, wire.Ended):
            return Fault(result.STOPPED, "This cell ended the whole program, so it was left out.")
        return Fault(result.STOPPED, "This cell broke the line to the grader and was left out.")

    def _note(self, position: int, cell: Cell, found: dict) -> None:
        self._reached(position)
        if found.get("late"):
            self._fault(position, _late(self.limits))
        elif isinstance(found.get("error"), dict):
            hush = position >= self._hush
            self._fault(position, _error(found["error"], hush, self.limits))
        told = found.get("records")
        for record in told if isinstance(told, list) else []:
            if not isinstance(record, dict) or record.get("exercise") not in self.told.kinds:
                continue
            hushed = position >= self._hush
            self._record(record["exercise"], {**record, "reason": ""} if hushed else record)
        self._final(cell, None)
        ran = cell.role == CHECK and position not in self.findings.faults
        if ran and self.findings.records[cell.exercise] is None:
            # a check that ends well and says nothing is no check: later messages are not believed
            self._closed.add(cell.exercise)

    def _fault(self, position: int, fault: Fault) -> None:
        self.findings.faults.setdefault(position, fault)

    def _record(self, slug: str, record: dict) -> None:
        """The last check of an exercise counts, unless the course has answered it since."""
        if slug not in self._closed:
            self.findings.records[slug] = record
        elif slug in self._given_away and record.get("answer") is not None:
            self.findings.late.add(slug)

    def _final(self, cell: Cell, record: dict | None) -> None:
        """A check that left no record has none, unless another cell's check did."""
        if cell.role == CHECK:
            self.findings.records.setdefault(cell.exercise, record)


def _room_for(spec: dict) -> int:
    """Bytes of JSON that an answer of a kind can need."""
    name, limit = spec["name"], spec["limit"]
    inner = sum(map(_room_for, spec["parts"]))
    if name in ("array", "file", "weights"):
        return limit * 4 // 3 + 200_000  # as base64, and the names of 1,000 arrays
    if name == "table":
        return limit * 2_000  # a row of ten cells of the longest text
    return {"text": limit * 12, "indices": limit * 24, "boxes": limit * 100, "function":
            limit * inner, "tuple": inner}.get(name, 400)  # fmt: skip


def _late(limits: Limits) -> Fault:
    return Fault(result.TIMED_OUT, f"This cell ran for more than {limits.cell_seconds:g} s.")


def _memory(limits: Limits) -> Fault:
    most = limits.memory / 1e9
    return Fault(result.MEMORY, f"This cell asked for more than {most:g} GB of memory.")


def _crowd(limits: Limits) -> Fault:
    return Fault(result.STOPPED, f"This cell started more than {limits.processes} processes.")


def _error(told: dict, hush: bool, limits: Limits) -> Fault:
    """An error as a sentence; what it says is the submission's own text, cut and escaped later."""
    kind = told.get("type")
    # only names that Python itself has: the submission wrote this message
    kind = kind if isinstance(kind, str) and hasattr(builtins, kind) else "an error"
    if kind == "MemoryError":
        return _memory(limits)
    line = told.get("line")
    where = f" in line {line}" if isinstance(line, int) and 0 < line < 10_000 else ""
    if hush:
        return Fault(result.ERROR, f"Your cell stopped with an error{where}.")
    says = told.get("says")
    says = " ".join(says.split())[:160] if isinstance(says, str) else ""
    quoted = f" Python said: “{says}”" if says else ""
    return Fault(result.ERROR, f"Your cell stopped with {kind}{where}.{quoted}")


def extra_fault(cells: list[Cell], findings: Findings) -> Fault | None:
    """The first extra cell that had to be stopped: it may be why later cells failed."""
    for position, fault in sorted(findings.faults.items()):
        if cells[position].role == EXTRA and fault.status != result.ERROR:
            return fault
    return None
