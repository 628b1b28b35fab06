"""Results opened again by another library than the one that wrote them, and drawn.

highdicom writes; here pydicom alone reads, walking the report as any receiver would.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from pydicom.dataset import Dataset

from readingroom.data import greys
from readingroom.data.errors import DataError

SCORE, READERS = "RR-1", "RR-2"
MEAN, LOWEST, HIGHEST = "373098007", "255605001", "56851009"  # SNOMED CT
NAME, VERSION, FINDING, DERIVATION = "111001", "111003", "121071", "121401"  # DCM
WARNING = "not for clinical use", "never for clinical use"


@dataclass(frozen=True)
class Score:
    """What a report says.

    Attributes
    ----------
    finding : str
    value, lowest, highest : float
        Mean of the networks and their spread; ranks from 0 to 1, no probabilities.
    networks : int
        How many read together.
    model, version : str
    film : str
        SOP Instance UID of the film that was scored.
    """

    finding: str
    value: float
    lowest: float
    highest: float
    networks: int
    model: str
    version: str
    film: str

    def __str__(self) -> str:
        spread = f"{self.lowest:.2f} to {self.highest:.2f}" if self.networks > 1 else "one network"
        return (
            f"score for {self.finding} {self.value:.2f} ({spread}), {self.model} {self.version}. "
            "For teaching. Never for clinical use."
        )


def items(report: Dataset) -> Iterator[Dataset]:
    """Every item of a report's content tree, from the root down."""
    for item in report.get("ContentSequence") or []:
        yield item
        yield from items(item)


def _code(item: Dataset, sequence: str = "ConceptNameCodeSequence") -> str:
    found = item.get(sequence)
    return str(found[0].get("CodeValue", "")) if found else ""


def score(report: Dataset) -> Score:
    """Read the score out of a structured report.

    Raises
    ------
    DataError
        This report has no score, or it does not say whose it is.
    """
    said: dict[str, str] = {}
    numbers: dict[str, float] = {}
    for item in items(report):
        name = _code(item)
        if name in (NAME, VERSION):
            said[name] = str(item.TextValue)
        elif name == FINDING:
            said[name] = str(item.ConceptCodeSequence[0].CodeMeaning)
        elif item.get("ValueType") == "IMAGE":
            said["film"] = str(item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID)
        elif name in (SCORE, READERS):
            value = float(item.MeasuredValueSequence[0].NumericValue)
            numbers[_derivation(item) if name == SCORE else READERS] = value
    try:
        return Score(
            said[FINDING].lower(), numbers[MEAN], numbers[LOWEST], numbers[HIGHEST],
            int(numbers[READERS]), said[NAME], said[VERSION], said["film"],
        )  # fmt: skip
    except KeyError as problem:
        raise DataError("This report holds no score with its networks and their version.") from (
            problem
        )


def _derivation(item: Dataset) -> str:
    for below in item.get("ContentSequence") or []:
        if _code(below) == DERIVATION:
            return _code(below, "ConceptCodeSequence")
    return MEAN


def region(segmentation: Dataset) -> np.ndarray:
    """The region of a binary segmentation of one film.

    Returns
    -------
    ndarray, (H, W) bool

    Raises
    ------
    DataError
        It is no binary segmentation of one segment on one frame.
    """
    if segmentation.get("SegmentationType") != "BINARY":
        raise DataError("This is no binary segmentation.")
    frames = np.asarray(segmentation.pixel_array, bool)
    if frames.ndim == 3:
        if len(frames) != 1:
            raise DataError(f"This segmentation has {len(frames)} frames; one is expected.")
        frames = frames[0]
    return frames


def picture(capture: Dataset) -> np.ndarray:
    """The colours of a Secondary Capture, (H, W, 3) uint8."""
    return np.asarray(capture.pixel_array, np.uint8)


def faults(film: Dataset, result: Dataset) -> list[str]:
    """What would keep a result from appearing beside its film, or from being told from it.

    Parameters
    ----------
    film : Dataset
        As it was sent.
    result : Dataset
        As it came back.

    Returns
    -------
    list of str
        One sentence each; empty where all is well.
    """
    found = []
    if result.get("StudyInstanceUID") != film.get("StudyInstanceUID"):
        found.append("Another study: the result will never appear beside the film.")
    for keyword in ("PatientID", "PatientName", "PatientBirthDate", "PatientSex"):
        if str(result.get(keyword) or "") != str(film.get(keyword) or ""):
            found.append(f"Another patient: {keyword} differs.")
    if result.get("SeriesInstanceUID") == film.get("SeriesInstanceUID"):
        found.append("The film's own series: a result needs a new one.")
    if result.get("SOPInstanceUID") == film.get("SOPInstanceUID"):
        found.append("The film's own number: the original would be overwritten.")
    if not result.get("SoftwareVersions"):
        found.append("No version of the model.")
    words = " ".join(
        str(result.get(k, "")) for k in ("SeriesDescription", "ImageComments", "ContentDescription")
    )
    if not any(warning in words.lower() for warning in WARNING):
        found.append("No warning that it is not for clinical use.")
    return found


def show(film: Dataset, results: list[Dataset], truth: np.ndarray | None = None) -> None:
    """Draw a film and what came back for it: outline, picture, and the score in words.

    Parameters
    ----------
    film : Dataset
    results : list of Dataset
        Report, segmentation and picture in any order; what is missing is said.
    truth : ndarray, (H, W) bool, optional
        The true outline of a simulated finding, drawn dashed.
    """
    from readingroom.show import figures, marks

    by_kind = {str(data.Modality): data for data in results}
    figure, grid = figures._axes(1, 2, 9.0, 4.9)
    left, right = np.ravel(grid)
    marks.film(left, greys.picture(film))
    said = "no report came back"
    if "SR" in by_kind:
        said = str(score(by_kind["SR"]))
    drawn = []
    if "SEG" in by_kind:
        marks.outline(left, region(by_kind["SEG"]))
        drawn.append("line: the segmentation")
    if truth is not None:
        marks.outline(left, truth, style="--", colour=marks.TUBE)
        drawn.append("dashed: the truth")
    left.set_title("; ".join(["the film", *drawn]), fontsize=9, pad=3)
    marks.warning(left)
    right.set_axis_off()
    if "OT" in by_kind:
        right.imshow(picture(by_kind["OT"]))
        right.set_title("the Secondary Capture", fontsize=9, pad=3)
    alt = (
        f"Left a chest film{' with the outline of a region' * ('SEG' in by_kind)}, right the "
        f"picture that came back with a red banner. The report says: {said}"
    )
    tag = "SIMULATED FILM" if film.get("Manufacturer") == "Simulated" else "FILM AS SENT"
    figures.show(figure, alt, tag=tag)
