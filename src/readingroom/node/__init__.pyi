from . import capture as capture, opened as opened, orthanc as orthanc, study as study
from .address import Address as Address, NodeError as NodeError, parse as parse
from .archive import Archive as Archive
from .client import (
    Moved as Moved,
    echo as echo,
    find as find,
    move as move,
    send as send,
)
from .orthanc import Orthanc as Orthanc
from .results import Results as Results, answer as answer, instance_uid as instance_uid
from .service import Service as Service
from .web import web_folder as web_folder
