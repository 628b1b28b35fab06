from . import deid as deid
from .compression import twins as twins
from .examinations import examination as examination
from .reading import chest_film as chest_film, find as find, header as header, read as read
from .slices import series as series
from .standin import stand_in as stand_in
from .windowing import (
    as_png as as_png,
    picture as picture,
    stored as stored,
    thinned as thinned,
    window as window,
)
