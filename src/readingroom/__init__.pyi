__version__: str
from . import (
    audit as audit,
    data as data,
    dicom as dicom,
    explain as explain,
    models as models,
    node as node,
    reader as reader,
    show as show,
    simulator as simulator,
)
from .assess import (
    agreement as agreement,
    calibration as calibration,
    conformal as conformal,
    decision as decision,
    delong as delong,
    froc as froc,
    growth as growth,
    limits as limits,
    metrics as metrics,
    monitoring as monitoring,
    operating as operating,
    prevalence as prevalence,
    queueing as queueing,
    readers as readers,
    samplesize as samplesize,
    segments as segments,
    strata as strata,
    subgroups as subgroups,
)
from .dicom import deid as deid
from .exam.paper import hand_in as hand_in, results as results, test as test
from .kernel.session import (
    carry as carry,
    check as check,
    committed as committed,
    go_on as go_on,
    headline as headline,
    judge as judge,
    lesson as lesson,
    look as look,
    reveal as reveal,
    stored as stored,
    verdict as verdict,
)
from .kernel.store import once as once
from .learner.certificate import certificate as certificate
from .learner.contents import contents as contents
from .learner.luggage import bring_back as bring_back, take_along as take_along
from .learner.tracks import track as track
from .reader.reading import read_film as read_film
