"""The score as a DICOM Structured Report: what was scored, by whom, how sure the networks agree.

Comprehensive SR after PS3.3 A.35.3, content after PS3.16 TID 1500; written with highdicom.
"""

from __future__ import annotations

from typing import Any

import highdicom as hd
from highdicom import sr
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from readingroom.node import model as models, uids
from readingroom.reader import Reading


def document(film: Dataset, found: Reading, common: dict[str, Any]) -> Dataset:
    """Score, spread, networks and their version, and what they may not be used for.

    Parameters
    ----------
    film : Dataset
        The film that was read; the report refers to it.
    found : Reading
    common : dict
        Numbers, dates and device of this result, as the classes of highdicom take them.

    Returns
    -------
    Dataset
    """
    used = models.model(found.networks)
    algorithm = sr.AlgorithmIdentification(
        name=used.name, version=used.version, manufacturer=models.MAKER
    )
    group = sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(
            uid=uids.derived("score", common["sop_instance_uid"]), identifier="Score of this film"
        ),
        finding_type=models.FINDINGS[used.finding],
        algorithm_id=algorithm,
        source_images=[sr.SourceImageForMeasurementGroup(film.SOPClassUID, film.SOPInstanceUID)],
        measurements=_numbers(found),
        qualitative_evaluations=[sr.QualitativeEvaluation(models.USE, models.TEACHING)],
    )
    device = sr.ObserverContext(
        observer_type=codes.DCM.Device,
        observer_identifying_attributes=sr.DeviceObserverIdentifyingAttributes(
            uid=uids.derived("device", used.name, used.version),
            name=used.name,
            manufacturer_name=models.MAKER,
            model_name=used.name,
            serial_number=used.version,
        ),
    )
    report = sr.MeasurementReport(
        observation_context=sr.ObservationContext(observer_device_context=device),
        procedure_reported=codes.LN.XRUnspecifiedBodyRegion,
        imaging_measurements=[group],
        title=codes.DCM.ImagingMeasurementReport,
    )
    return sr.ComprehensiveSR(
        evidence=[film],
        content=report[0],
        is_complete=True,
        is_final=False,
        is_verified=False,
        **common,
    )


def _numbers(found: Reading) -> list[sr.Measurement]:
    """Mean, lowest and highest score, and how many networks there were."""
    low, high = found.spread

    def score(value: float, derivation: Any) -> sr.Measurement:
        unit = codes.UCUM.NoUnits
        return sr.Measurement(models.SCORE, round(value, 4), unit, derivation=derivation)

    several = hd.sr.CodedConcept("{networks}", "UCUM", "networks")
    return [
        score(found.score, codes.SCT.Mean),
        score(low, codes.SCT.Minimum),
        score(high, codes.SCT.Maximum),
        sr.Measurement(models.READERS, len(found.scores), several),
    ]
