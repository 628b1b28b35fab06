"""One film from one file: PNG, JPEG or DICOM in, eight-bit greys and header facts out."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from readingroom.data import beside, greys, identity, letters, otherkinds, pixels, privacy
from readingroom.data.errors import Unreadable

if TYPE_CHECKING:
    import numpy as np

NARROW = 24  # greys of 256 between a film's 1st and 99th percentile
FEWEST = 8  # different greys; a fax has two
OLDEST = 120  # years; nobody is older
NEITHER = "neither PNG, JPEG nor DICOM"
TOO_LARGE = "pixels, too large for a film; save it smaller"
ENDINGS = (".png", ".jpg", ".jpeg", ".dcm", ".dicom", ".dic")


@dataclass
class Film:
    """A film and what its file says about it.

    Attributes
    ----------
    pixels : numpy.ndarray
        uint8, shape (H, W), air dark whatever the file's photometric interpretation.
    facts : dict
        ``patient``, ``sex`` ("F"/"M"), ``age`` (years), ``view`` ("AP"/"PA"/"lateral") and
        ``born`` and ``issuer`` of the number, as far as a DICOM header states them.
    identifying : list of str
        Names of header elements that still identify the patient; never their values.
    remarks : list of str
        Oddities a reader should know: colour, another body part, declared burned-in text.
    header : pydicom.Dataset or None
        Of a DICOM file.
    sights : list of numpy.ndarray
        What else of a PNG or JPEG is seen elsewhere, each uint8 (H, W): its colours, its
        transparency, its greys beyond the range.
    """

    pixels: np.ndarray
    facts: dict = field(default_factory=dict)
    identifying: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    header: Any = field(default=None, repr=False)
    sights: list[np.ndarray] = field(default_factory=list, repr=False)

    def lettered(self) -> tuple[bool, list[str]]:
        """Say whether letters seem to be burned in, and what could not be looked at."""
        found = any(privacy.burned_in(sight) for sight in (self.pixels, *self.sights))
        if self.header is None:
            return found, []
        boxes, unseen = letters.in_pixels(self.header)
        return found or bool(boxes), [said for said in unseen if "below" not in said]


def kind(path: Path) -> str | None:
    """Return "png", "jpeg", "dicom" or None by the first bytes, whatever the name says.

    Raises
    ------
    Unreadable
        If the file cannot be opened or is empty.
    """
    start = first_bytes(path)
    if not start:
        raise Unreadable("empty file (0 bytes)")
    if pixels.is_dicom(start):  # first: the 128 bytes before its mark may say anything
        return "dicom"
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if start.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if path.suffix.lower() in (".dcm", ".dicom", ".dic") and not otherkinds.called(path):
        return "dicom"
    return None


def first_bytes(path: Path) -> bytes:
    """Return the first 132 bytes of a file, by which its kind is known.

    Raises
    ------
    Unreadable
        If the file cannot be opened.
    """
    try:
        if otherkinds.is_device(path):
            raise Unreadable(otherkinds.NO_FILE)
        with path.open("rb") as stream:
            return stream.read(132)
    except OSError as problem:
        raise Unreadable(f"cannot be opened ({problem.strerror or 'broken link'})") from None


def read(path: Path) -> Film:
    """Read one film.

    Raises
    ------
    Unreadable
        With a short reason, whatever is wrong with the file.
    """
    found = kind(path)
    if found is None:
        other = otherkinds.called(path)
        raise Unreadable(NEITHER + (f", it is {other}" if other else ""))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is wrong with a file goes into the report
            return _dicom(path) if found == "dicom" else _picture(path)
    except Unreadable:
        raise
    except MemoryError:
        raise Unreadable("too large for this machine's memory") from None
    except Exception as problem:  # decoders raise anything on broken bytes; the report has a row
        if type(problem).__name__ == "DecompressionBombError":  # Pillow counts before we can
            raise Unreadable(f"more than {pixels.LARGEST:,} {TOO_LARGE}") from None
        coding = beside.coding(path.read_bytes()) if found == "jpeg" else ""
        if coding:
            raise Unreadable(f"{coding}, which cannot be read; export it as PNG") from None
        raise Unreadable(f"{found.upper()} cut short or damaged") from None


def _picture(path: Path) -> Film:
    from PIL import Image, ImageOps

    with Image.open(path) as image:
        if image.width * image.height > pixels.LARGEST:
            raise Unreadable(f"{image.width} x {image.height} {TOO_LARGE}")
        # Cameras and phones put a preview behind the photograph; the first picture is the film.
        several, camera = getattr(image, "n_frames", 1), image.format == "MPO"
        if several > 1 and not camera:
            raise Unreadable(f"{several} frames; export one film per file")
        image.load()
        raw = path.read_bytes()
        behind = list(beside.previews(raw)) if camera else []
        told = beside.found(image, raw, behind)
        upright = ImageOps.exif_transpose(image)
        film = Film(_grey(upright), sights=_sights(upright))
        film.remarks += _veiled(upright)
        if image.format == "PNG" and _deep_colours(path) and _narrow(film.pixels):
            raise Unreadable("its 16-bit colours use low numbers only; export it as 16-bit greys")
        if upright.mode in ("RGB", "RGBA", "P", "CMYK", "YCbCr") and _coloured(upright):
            film.remarks.append("colour")
        if several > 1:
            film.remarks.append("a photograph with a preview behind it; the first picture is used")
            film.sights += [_grey(one.picture) for one in behind if one.picture is not None]
        film.identifying += told
    film.remarks += _dark(film.pixels)
    return film


def _deep_colours(path: Path) -> bool:
    """Say whether a PNG has 16-bit colours or transparency, of which Pillow reads the upper 8."""
    depth, colours = first_bytes(path)[24:26]
    return depth == 16 and colours in (2, 4, 6)


def _narrow(values: np.ndarray) -> bool:
    """Say whether a film fills so few greys that deeper ones were cut off or windowed away."""
    import numpy as np

    if not values.size:
        return False
    low, high = np.percentile(values, (1, 99))
    return bool(high - low < NARROW and values.min() < values.max())


def _dark(values: np.ndarray) -> list[str]:
    """What to say of a film that shows next to nothing in 256 greys."""
    import numpy as np

    levels = np.count_nonzero(np.bincount(values.ravel(), minlength=256))
    if 1 < levels < FEWEST:
        return [f"its picture has only {levels} different greys"]
    return ["its picture fills few of 256 greys; is it complete?"] if _narrow(values) else []


def _veiled(image: Any) -> list[str]:
    """What to say of a picture that is seen in part only: the whole is read."""
    if "A" not in image.getbands() and "transparency" not in image.info:
        return []
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return []  # one grey is transparent, that of the air
    veil = image.convert("RGBA").getchannel("A").getextrema()[0]
    return ["partly transparent; the whole picture is used"] if veil < 128 else []


def _sights(image: Any) -> list[np.ndarray]:
    """Colours, transparency and greys beyond the range, uint8: letters may stand there alone."""
    import numpy as np

    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return [letters.whole_range(np.asarray(image))]
    found = []
    if image.mode in ("RGB", "RGBA", "P", "PA", "CMYK", "YCbCr") and _coloured(image, whole=True):
        found += [np.asarray(channel) for channel in image.convert("RGB").split()]
    if "A" in image.getbands():
        veil = np.asarray(image.getchannel("A"))
        found += [veil] if veil.min() < veil.max() else []
    return found


def _grey(image: Any) -> np.ndarray:
    """Return uint8 (H, W); deeper greys are spread as a film's range asks (`spread`)."""
    import numpy as np

    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return spread(np.asarray(image, dtype=np.float32))
    if image.mode in ("RGBA", "LA", "PA"):
        image = image.convert("RGB" if image.mode == "RGBA" else "L")  # the veil is not the film
    return np.asarray(image.convert("L"), dtype=np.uint8).copy()


def _coloured(image: Any, whole: bool = False) -> bool:
    """Say whether the channels really differ, as in a screenshot with a coloured overlay.

    A thumbnail tells a colour picture; a line of coloured letters is lost in it, so `whole` looks
    at every pixel.
    """
    import numpy as np

    colours = image.convert("RGB")
    channels = np.asarray(colours if whole else colours.resize((64, 64)), dtype=np.int16)
    return bool((channels.max(axis=-1) - channels.min(axis=-1)).max() > 24)


def spread(values: np.ndarray) -> np.ndarray:
    """Map deep greys linearly onto 0 to 255, over the range of the film without its markers.

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
    low, high = greys.film_range(values)
    finite = np.where(np.isfinite(values), values, low)
    scaled = (np.clip(finite, low, high) - low) * (255.0 / max(high - low, 1e-6))
    return np.round(scaled).astype(np.uint8)


def _dicom(path: Path) -> Film:
    """Read a DICOM image of one frame as it should be shown."""
    header = pixels.opened(path)
    if not pixels.has_picture(header):
        raise Unreadable("DICOM without pixels")
    if pixels.frames(header) > 1:
        raise Unreadable(
            f"multi-frame DICOM ({pixels.frames(header)} frames); export one film per file"
        )
    size = int(header.get("Rows") or 0), int(header.get("Columns") or 0)
    if size[0] * size[1] > pixels.LARGEST:
        raise Unreadable(f"{size[1]} x {size[0]} {TOO_LARGE}")
    shown = greys.picture(header)
    remarks = _remarks(header) + greys.remarks(header) + _dark(shown)
    return Film(shown, _facts(header), identity.plainly(header), remarks, header)


def _facts(header: Any) -> dict:
    """Return what the header states about the patient, in the words of a cohort's table."""
    age = identity.years(str(header.get("PatientAge") or ""))
    patient = str(header.get("PatientID") or "").strip()
    born = str(header.get("PatientBirthDate") or "").strip()
    facts: dict[str, Any] = {
        # "ANONYMOUS", "NOTFALL" or "0" is no number: it would make one patient of everybody
        "patient": patient if identity.numbered(patient) else None,
        # who is meant by a number: compared and never kept
        "born": identity.filled(born) and born,
        "issuer": str(header.get("IssuerOfPatientID") or "").strip(),
        "sex": {"F": "F", "M": "M"}.get(str(header.get("PatientSex") or "").strip().upper()),
        "view": view(str(header.get("ViewPosition") or "")),
    }
    if age is not None and age <= OLDEST:
        facts["age"] = round(age, 1)
    return {key: value for key, value in facts.items() if value not in (None, "", False)}


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


def _remarks(header: Any) -> list[str]:
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


def thumbnails(images: np.ndarray, size: int = 28) -> np.ndarray:
    """Square films with fewer pixels, each the mean of those it covers, (N, size, size) uint8."""
    import numpy as np
    from PIL import Image

    if images.shape[1:] == (size, size):
        return images
    small = [Image.fromarray(film).resize((size, size), Image.Resampling.BOX) for film in images]
    return np.stack([np.asarray(film) for film in small])


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
