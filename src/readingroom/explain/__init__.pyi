from .maps import (
    grad_cam as grad_cam,
    gradient as gradient,
    guided_backprop as guided_backprop,
    integrated_gradients as integrated_gradients,
    occlusion as occlusion,
    patch_falls as patch_falls,
)
from .overlap import (
    auprc as auprc,
    edges as edges,
    iou as iou,
    pooled as pooled,
    rank_correlation as rank_correlation,
)
from .pointing_game import (
    centre_hits as centre_hits,
    chance as chance,
    excess as excess,
    hits as hits,
    peak as peak,
    rate as rate,
    site_hits as site_hits,
    smooth as smooth,
)
from .sanity import LAYERS as LAYERS, randomised as randomised
