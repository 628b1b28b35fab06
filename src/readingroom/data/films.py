"""One film from one file: PNG, JPEG or DICOM in, eight-bit greys and header facts out."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from readingroom.data.errors import DataError

if TYPE_CHECKING:
    import numpy as np

LARGEST = 100_000_000  # pixels; a chest film at 0.1 mm has about 18 million
ENDINGS = (".png", ".jpg", ".jpeg", ".dcm", ".dicom", ".dic")


class Unreadable(DataError):
    """This file is no film; the message is a reason that fits into a row of a report."""


@dataclass
class Film:
    """A film and what its file says about it.

    Attributes
    ----------
    pixels : numpy.ndarray
        uint8, shape (H, W), air dark whatever the file's photometric interpretation.
    facts : dict
        ``patient``, ``sex`` ("F"/"M"), ``age`` (years), ``view`` ("AP"/"PA"/"lateral") as far as
        a DICOM header states them.
    identifying : list of str
        Names of header elements that still identify the patient; never their values.
    remarks : list of str
        Oddities a reader should know: colour, another body part, declared burned-in text.
    """

    pixels: np.ndarray
    facts: dict = field(default_factory=dict)
    identifying: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def kind(path: Path) -> str | None:
    """Return "png", "jpeg", "dicom" or None by the first bytes, whatever the name says.

    Raises
    ------
    Unreadable
        If the file cannot be opened or is empty.
    """
    try:
        with path.open("rb") as stream:
            start = stream.read(132)
    except OSError as problem:
        raise Unreadable(f"cannot be opened ({problem.strerror or 'broken link'})") from None
    if not start:
        raise Unreadable("empty file (0 bytes)")
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if start.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if start[128:132] == b"DICM" or path.suffix.lower() in (".dcm", ".dicom", ".dic"):
        return "dicom"
    return None


def read(path: Path) -> Film:
    """Read one film.

    Raises
    ------
    Unreadable
        With a short reason, whatever is wrong with the file.
    """
    found = kind(path)
    if found is None:
        raise Unreadable("neither PNG, JPEG nor DICOM")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is wrong with a file goes into the report
            return _dicom(path) if found == "dicom" else _picture(path)
    except Unreadable:
        raise
    except MemoryError:
        raise Unreadable("too large for this machine's memory") from None
    except Exception as problem:  # decoders raise anything on broken bytes; the report has a row
        raise Unreadable(_reason(found, problem)) from None


def _reason(found: str, problem: Exception) -> str:
    said = " ".join(str(problem).split())
    if found == "dicom" and "missing dependencies" in said:
        quoted = said.split("'")[1:2]  # pydicom quotes the name of the compression
        return f"no decoder for its compression ({''.join(quoted)[:60]}); export uncompressed"
    return f"{found.upper()} cut short or damaged"


def _picture(path: Path) -> Film:
    from PIL import Image, ImageOps

    with Image.open(path) as image:
        if image.width * image.height > LARGEST:
            raise Unreadable(f"{image.width} x {image.height} pixels, too large for a film")
        if getattr(image, "n_frames", 1) > 1:
            raise Unreadable(f"{image.n_frames} frames; export one film per file")
        image.load()
        image = ImageOps.exif_transpose(image)
        film = Film(_grey(image))
        if image.mode in ("RGB", "RGBA", "P", "CMYK", "YCbCr") and _coloured(image):
            film.remarks.append("colour")
        named = {str(key).lower() for key in image.info}
        if named & {"comment", "author", "title", "description"} or image.getexif():
            film.identifying.append("text beside the picture (EXIF or PNG text)")
    return film


def _grey(image) -> np.ndarray:
    """Return uint8 (H, W); deeper greys are spread from their darkest to their brightest."""
    import numpy as np

    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return spread(np.asarray(image, dtype=np.float32))
    if image.mode in ("RGBA", "LA", "PA"):
        image = image.convert("RGB" if image.mode == "RGBA" else "L")  # the veil is not the film
    return np.asarray(image.convert("L"), dtype=np.uint8).copy()


def _coloured(image) -> bool:
    """Say whether the channels really differ, as in a screenshot with a coloured overlay."""
    import numpy as np

    channels = np.asarray(image.convert("RGB").resize((64, 64)), dtype=np.int16)
    return bool((channels.max(axis=-1) - channels.min(axis=-1)).max() > 24)


def spread(values: np.ndarray) -> np.ndarray:
    """Map values linearly onto 0 to 255, the darkest to 0 and the brightest to 255.

    Parameters
    ----------
    values : numpy.ndarray
        Any numbers, shape (H, W); non-finite ones count as the darkest.

    Returns
    -------
    numpy.ndarray
        uint8, shape (H, W).
    """
    import numpy as np

    values = np.asarray(values, dtype=np.float32)
    finite = np.isfinite(values)
    if not finite.any():
        return np.zeros(values.shape, np.uint8)
    low, high = values[finite].min(), values[finite].max()
    scaled = (np.where(finite, values, low) - low) * (255.0 / max(high - low, 1e-6))
    return np.round(scaled).astype(np.uint8)


def _dicom(path: Path) -> Film:
    """Read a single-frame DICOM image as it should be shown (PS3.4 N.2, the greyscale chain)."""
    import pydicom
    from pydicom.errors import InvalidDicomError

    try:
        header = pydicom.dcmread(path, force=path.suffix != "")
    except InvalidDicomError:
        raise Unreadable("not a DICOM file") from None
    if "PixelData" not in header:
        raise Unreadable("DICOM without pixels")
    frames = int(header.get("NumberOfFrames") or 1)
    if frames > 1:
        raise Unreadable(f"multi-frame DICOM ({frames} frames); export one film per file")
    if int(header.Rows) * int(header.Columns) > LARGEST:
        raise Unreadable(f"{header.Columns} x {header.Rows} pixels, too large for a film")
    from readingroom.data import privacy

    remarks = _remarks(header)
    return Film(_shown(header), _facts(header), privacy.identifying(header), remarks)


def _shown(header) -> np.ndarray:
    """Apply rescale, window and inversion in the order of PS3.3 C.7.6.3, C.11.1 and C.11.2."""
    import numpy as np
    from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_voi_lut

    photometric = str(header.get("PhotometricInterpretation", "MONOCHROME2"))
    stored = header.pixel_array
    if photometric == "PALETTE COLOR":
        stored = apply_color_lut(stored, header)
    if stored.ndim == 3:  # (H, W, 3) -> (H, W)
        return spread(stored.astype(np.float32) @ np.float32([0.299, 0.587, 0.114]))
    values = apply_modality_lut(stored, header)
    padding = header.get("PixelPaddingValue")
    outside = stored == padding if padding is not None else np.zeros(stored.shape, bool)
    if "WindowCenter" in header or "VOILUTSequence" in header:
        values = apply_voi_lut(values, header)
    elif not outside.all():
        # Without a window, the collimator's rim and the air beside the patient must not set the
        # contrast: the middle four fifths of the film do.
        height, width = values.shape
        middle = np.s_[height // 10 : height - height // 10, width // 10 : width - width // 10]
        inside = values[middle][~outside[middle]]
        values = np.clip(values, *np.percentile(inside if inside.size else values, (1, 99)))
    if not outside.all():
        values = np.where(outside, values[~outside].min(), values)
    grey = spread(values)
    if photometric == "MONOCHROME1":
        grey = 255 - grey
        grey[outside] = 0
    return grey


def _facts(header) -> dict:
    """Return what the header states about the patient, in the words of a cohort's table."""
    age = str(header.get("PatientAge") or "").strip()
    years = {"Y": 1, "M": 1 / 12, "W": 1 / 52.18, "D": 1 / 365.25}
    facts = {
        "patient": str(header.get("PatientID") or "").strip(),
        "sex": {"F": "F", "M": "M"}.get(str(header.get("PatientSex") or "").strip().upper()),
        "view": view(str(header.get("ViewPosition") or "")),
    }
    if age[:-1].isdigit() and age[-1:].upper() in years:
        facts["age"] = round(int(age[:-1]) * years[age[-1].upper()], 1)
    return {key: value for key, value in facts.items() if value not in (None, "")}


VIEWS = {
    "AP": "AP",
    "PA": "PA",
    "LL": "lateral",
    "RL": "lateral",
    "LAT": "lateral",
    "LATERAL": "lateral",
    "L": "lateral",
    "AP SUPINE": "AP",
    "AP ERECT": "AP",
    "ANTEROPOSTERIOR": "AP",
    "POSTEROANTERIOR": "PA",
}


def view(text: str) -> str | None:
    """Return "AP", "PA", "lateral" or None for what a header or a table calls the view."""
    return VIEWS.get(" ".join(text.upper().replace("_", " ").replace("-", " ").split()))


def _remarks(header) -> list[str]:
    remarks = []
    if str(header.get("BurnedInAnnotation") or "").upper() == "YES":
        remarks.append("burned-in text declared in the header")
    modality = str(header.get("Modality") or "")
    if modality and modality not in ("CR", "DX", "RG", "DR"):
        remarks.append(f"modality {modality}, not a plain film")
    part = str(header.get("BodyPartExamined") or "").upper()
    if part and part not in ("CHEST", "THORAX", "LUNG"):
        remarks.append("another body part than the chest in the header")
    return remarks


def squared(pixels: np.ndarray, size: int) -> np.ndarray:
    """Return the central square of a film, resized; nothing is squashed.

    Parameters
    ----------
    pixels : numpy.ndarray
        uint8, shape (H, W).
    size : int
        Edge of the result in pixels.

    Returns
    -------
    numpy.ndarray
        uint8, shape (size, size).
    """
    import numpy as np
    from PIL import Image

    height, width = pixels.shape
    edge = min(height, width)
    top, left = (height - edge) // 2, (width - edge) // 2
    square = pixels[top : top + edge, left : left + edge]
    if edge == size:
        return np.ascontiguousarray(square)
    image = Image.fromarray(np.ascontiguousarray(square))
    return np.asarray(image.resize((size, size), Image.Resampling.LANCZOS), dtype=np.uint8)
