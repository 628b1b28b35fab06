from .figures import (
    auc_samples as auc_samples,
    cost_sliders as cost_sliders,
    forest as forest,
    four_plots as four_plots,
    net_benefit as net_benefit,
    ppv_slider as ppv_slider,
    reliability as reliability,
    roc_slider as roc_slider,
    threshold_travels as threshold_travels,
)
from .films import (
    at_three_gammas as at_three_gammas,
    scores as scores,
    specificity_gaps as specificity_gaps,
    told_of_gaps as told_of_gaps,
)
