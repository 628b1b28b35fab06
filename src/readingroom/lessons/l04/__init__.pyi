from .figures import (
    auc_samples as auc_samples,
    cost_sliders as cost_sliders,
    forest as forest,
    net_benefit as net_benefit,
    roc_slider as roc_slider,
    threshold_travels as threshold_travels,
)
from .films import scores as scores
from .trust import four_plots as four_plots, ppv_slider as ppv_slider, reliability as reliability
