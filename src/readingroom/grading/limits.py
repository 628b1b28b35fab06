"""What one submission may use."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Limits:
    """Limits of one submission's run.

    Attributes
    ----------
    cell_seconds : float
        Wall clock of one cell. Where the course's own run of a locked cell took longer than a
        third of this, that cell gets three times what it took.
    seconds : float
        Wall clock of the whole run, attempts after a killed cell included; ten slow cells fit in.
    cpu_seconds : int
        Processor time of each process.
    memory : int
        Bytes that the run may add to what Python and its libraries take.
    disk : int
        Bytes of the private folder, which lies in memory and vanishes with the run.
    file : int
        Bytes of one file.
    processes : int
        Processes and threads at one time.
    open_files : int
        Open files of one process.
    message : int
        Bytes of one answer on its way out.
    restarts : int
        How often a run that was killed begins anew without the cell that had it killed.
    """

    cell_seconds: float = 60.0
    seconds: float = 600.0
    cpu_seconds: int = 900
    memory: int = 2_000_000_000
    disk: int = 256_000_000
    file: int = 64_000_000
    processes: int = 96
    open_files: int = 256
    message: int = 48_000_000
    restarts: int = 3

    def as_dict(self) -> dict:
        """JSON types only."""
        return asdict(self)
