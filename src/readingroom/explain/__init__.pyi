from .localisation import (
    auprc as auprc,
    centre_hits as centre_hits,
    chance as chance,
    edges as edges,
    excess as excess,
    hits as hits,
    iou as iou,
    peak as peak,
    pooled as pooled,
    rank_correlation as rank_correlation,
    rate as rate,
    smooth as smooth,
)
from .maps import (
    grad_cam as grad_cam,
    gradient as gradient,
    guided_backprop as guided_backprop,
    integrated_gradients as integrated_gradients,
    occlusion as occlusion,
)
from .sanity import LAYERS as LAYERS, randomised as randomised
