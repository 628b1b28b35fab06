"""What one node asks of another: are you there, take this, what have you, send that there.

Service class users after DICOM PS3.4: verification (A), storage (B), query and retrieve (C).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import AE
from pynetdicom.association import Association
from pynetdicom.presentation import build_context

from readingroom.node.address import Address, NodeError, title
from readingroom.node.classes import FIND as Find, MOVE as Move, VERIFICATION as Verification

CALLING = "READINGROOM"
WAIT = 30.0  # seconds for an answer
REACH = 5.0  # seconds until somebody answers at all
MOST = 128  # presentation contexts that one association may have, PS3.8 9.3.2.2
PENDING = (0xFF00, 0xFF01)
SHOWN = {
    "STUDY": ("StudyInstanceUID", "PatientID", "PatientName", "StudyDate", "StudyDescription",
              "ModalitiesInStudy", "NumberOfStudyRelatedInstances"),
    "SERIES": ("StudyInstanceUID", "SeriesInstanceUID", "Modality", "SeriesNumber",
               "SeriesDescription", "NumberOfSeriesRelatedInstances"),
    "IMAGE": ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID",
              "InstanceNumber"),
}  # fmt: skip
"""What is asked for at each level unless more is named."""


@dataclass(frozen=True)
class Moved:
    """What became of a request to send something elsewhere.

    Attributes
    ----------
    completed, failed : int
        Objects.
    status : int
        As the archive answered; 0 is success.
    """

    completed: int
    failed: int
    status: int


@contextmanager
def association(
    to: Address, contexts: list[Any], calling: str = CALLING, wait: float = WAIT
) -> Iterator[Association]:
    """Open an association and release it afterwards.

    Parameters
    ----------
    to : Address
    contexts : list of PresentationContext
    calling : str
        Our own AE title.
    wait : float
        Seconds for each answer.

    Raises
    ------
    NodeError
        Nobody answers there, or it refuses us.
    """
    own = AE(title(calling))
    own.connection_timeout, own.acse_timeout = REACH, wait
    own.dimse_timeout = own.network_timeout = wait
    talk = own.associate(to.host, to.port, contexts, ae_title=to.ae_title)
    if not talk.is_established:
        if talk.is_rejected:
            raise NodeError(f"{to} refuses us: does it know the title {to.ae_title} and us?")
        if talk.acceptor.primitive is not None:
            raise NodeError(f"{to} takes none of what we would send it.")
        raise NodeError(f"Nobody answers at {to}: is it running, and are host and port right?")
    try:
        yield talk
    finally:
        if talk.is_established:
            talk.release()


def echo(to: Address, calling: str = CALLING) -> bool:
    """Ask a node whether it is there (C-ECHO).

    Raises
    ------
    NodeError
        It is not.
    """
    with association(to, [build_context(Verification)], calling) as talk:
        answer = talk.send_c_echo()
        if not answer:
            raise NodeError(f"{to} did not answer the echo in {WAIT:.0f} s.")
        return bool(answer.Status == 0)


def contexts_for(objects: Iterable[Dataset]) -> list[Any]:
    """What an association must agree on to carry these objects: a class and its encodings each."""
    wanted: dict[str, set[str]] = {}
    for data in objects:
        plain = {str(ExplicitVRLittleEndian), str(ImplicitVRLittleEndian)}
        own = str(data.file_meta.TransferSyntaxUID)
        wanted.setdefault(str(data.SOPClassUID), set()).update({own} if own not in plain else plain)
    if len(wanted) > MOST:
        raise NodeError(f"{len(wanted)} kinds of object do not go into one association.")
    return [build_context(kind, sorted(syntaxes)) for kind, syntaxes in wanted.items()]


def send(objects: Iterable[Dataset], to: Address, calling: str = CALLING) -> list[int]:
    """Send objects in their order (C-STORE).

    Parameters
    ----------
    objects : iterable of Dataset
    to : Address
    calling : str
        Our own AE title.

    Returns
    -------
    list of int
        The status of each, as the receiver answered: 0 is success, 0xA700 out of resources.

    Raises
    ------
    NodeError
        Nobody answers, we are refused, or the line broke: what was answered until then counts.
    """
    waiting = list(objects)
    if not waiting:
        return []
    answers: list[int] = []
    with association(to, contexts_for(waiting), calling) as talk:
        for data in waiting:
            try:
                answer = talk.send_c_store(data)
            except (ValueError, RuntimeError) as problem:
                lost = not talk.is_established
                why = "broke off" if lost else "does not take this kind of object"
                raise NodeError(f"{to} {why}; {len(answers)} of {len(waiting)} sent.") from problem
            if "Status" not in answer:
                raise NodeError(f"{to} broke off; {len(answers)} of {len(waiting)} sent.")
            answers.append(int(answer.Status))
    return answers


def find(
    to: Address, level: str = "STUDY", calling: str = CALLING, **keys: str
) -> list[dict[str, str]]:
    """Ask what a node has (C-FIND).

    Parameters
    ----------
    to : Address
    level : "STUDY", "SERIES" or "IMAGE"
    calling : str
        Our own AE title.
    **keys
        What must match, by DICOM keyword: ``PatientID="4711"``. ``*`` and ``?`` stand for any
        text and any sign; an empty text matches all and asks for the value.

    Returns
    -------
    list of dict
        One for each match, keyword to text; ``pandas.DataFrame`` makes a table of it.

    Raises
    ------
    NodeError
        Nobody answers, or the query is refused.
    """
    if level not in SHOWN:
        raise NodeError(f"The level is one of {', '.join(SHOWN)}, not {level!r}.")
    query = Dataset()
    query.QueryRetrieveLevel = level
    for keyword in (*SHOWN[level], *keys):
        setattr(query, keyword, keys.get(keyword, ""))
    found = []
    with association(to, [build_context(Find)], calling) as talk:
        for status, match in talk.send_c_find(query, Find):
            if "Status" not in status:
                raise NodeError(f"{to} broke off during the query.")
            if status.Status in PENDING and match is not None:
                found.append({
                    e.keyword: "/".join(map(str, e.value)) if e.VM > 1 else str(e.value)
                    for e in match if e.keyword not in ("QueryRetrieveLevel", "RetrieveAETitle")
                })  # fmt: skip
            elif status.Status not in (*PENDING, 0):
                raise NodeError(f"{to} refuses the query (status {status.Status:04X}).")
    return found


def move(
    to: Address, destination: str, study: str, series: str = "", calling: str = CALLING
) -> Moved:
    """Ask a node to send a study, or one series of it, to a third one (C-MOVE).

    Parameters
    ----------
    to : Address
        Who has it.
    destination : str
        AE title of who shall get it; the archive must know its host and port.
    study : str
        Study Instance UID.
    series : str
        Series Instance UID, or "" for all.
    calling : str
        Our own AE title.

    Returns
    -------
    Moved

    Raises
    ------
    NodeError
        Nobody answers, or the archive does not know the destination.
    """
    query = Dataset()
    query.QueryRetrieveLevel = "SERIES" if series else "STUDY"
    query.StudyInstanceUID = study
    if series:
        query.SeriesInstanceUID = series
    last = Dataset()
    with association(to, [build_context(Move)], calling) as talk:
        for status, _ in talk.send_c_move(query, title(destination), Move):
            last = status
    if "Status" not in last:
        raise NodeError(f"{to} broke off during the move.")
    if last.Status == 0xA801:
        raise NodeError(f"{to} does not know {destination}: its list of nodes must name it.")
    done, failed = (
        int(last.get(f"NumberOf{what}Suboperations", 0) or 0) for what in ("Completed", "Failed")
    )
    return Moved(done, failed, int(last.Status))
