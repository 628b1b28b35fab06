from .cards import card_stub as card_stub
from .findings import FINDINGS as FINDINGS
from .nets import SmallResNet as SmallResNet
from .pixels import (
    PixelRegression as PixelRegression,
    pick as pick,
    pixel_regression as pixel_regression,
)
from .question import question as question
from .reference import card as card, from_weights as from_weights, load as load, suited as suited
from .sites import two_sites as two_sites
from .training import (
    as_films as as_films,
    batches as batches,
    fit as fit,
    loss as loss,
    measure as measure,
    new_network as new_network,
    scores as scores,
    weights_of as weights_of,
)
