from .figures import harms as harms, ladder as ladder, pair as pair, save as save, study as study
from .films import (
    advantage as advantage,
    auc as auc,
    best as best,
    deal as deal,
    falls as falls,
    of_both as of_both,
    remains as remains,
    rerun as rerun,
    shown as shown,
    together as together,
)
