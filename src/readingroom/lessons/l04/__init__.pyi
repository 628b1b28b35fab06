from .figures import (
    auc_samples as auc_samples,
    cost_sliders as cost_sliders,
    forest as forest,
    net_benefit as net_benefit,
    roc_slider as roc_slider,
    threshold_travels as threshold_travels,
)
from .films import (
    at_three_gammas as at_three_gammas,
    scores as scores,
    specificity_gaps as specificity_gaps,
    told_of_gaps as told_of_gaps,
)
from .trust import four_plots as four_plots, ppv_slider as ppv_slider, reliability as reliability
