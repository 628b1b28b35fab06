from . import (
    agreement as agreement,
    calibration as calibration,
    decision as decision,
    delong as delong,
    metrics as metrics,
    operating as operating,
    prevalence as prevalence,
    readers as readers,
    samplesize as samplesize,
    strata as strata,
    subgroups as subgroups,
)
