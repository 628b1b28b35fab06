"""The pixels of a DICOM file as numbers: decoded, put right, or refused by name.

One place for everything that reads a DICOM picture. What a file cannot be read for is said in
words that fit into a row of a report; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from readingroom.data import otherkinds
from readingroom.data.errors import Unreadable

if TYPE_CHECKING:
    import numpy as np
    from pydicom.dataset import Dataset, FileDataset
    from pydicom.uid import UID

LARGEST = 100_000_000  # pixels; a chest film at 0.1 mm has about 18 million
GREYS = ("MONOCHROME1", "MONOCHROME2")
DATA = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
NEEDED = ("Rows", "Columns", "SamplesPerPixel", "PhotometricInterpretation", "BitsAllocated")
DIRECTORY = "1.2.840.10008.1.3.10"  # the class of a DICOMDIR
FIRST_GROUPS = (b"\x02\x00", b"\x08\x00")  # with which a file without a preamble begins


def is_dicom(start: bytes) -> bool:
    """Say whether a file's first 132 bytes are those of a DICOM file, whatever its name.

    The mark is ``DICM`` at byte 128. Old exports lack it; they begin with a small element of
    group 0002 or 0008.
    """
    if start[128:132] == b"DICM":
        return True
    if len(start) < 20 or start[:2] not in FIRST_GROUPS or start[3:4] != b"\0":
        return False
    explicit = start[4:6] in (b"UL", b"CS", b"UI", b"SH", b"OB", b"DA", b"TM")
    return explicit or int.from_bytes(start[4:8], "little") <= 128


def opened(path: Path | str) -> FileDataset:
    """Open a DICOM file, with or without its preamble and its own first lines.

    Raises
    ------
    Unreadable
        It is no DICOM file, or a table of contents.
    """
    import pydicom
    from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

    if otherkinds.is_device(Path(path)):
        raise Unreadable(otherkinds.NO_FILE)
    header = pydicom.dcmread(path, force=True)
    meta = header.file_meta
    if str(meta.get("MediaStorageSOPClassUID", "")) == DIRECTORY or "DirectoryRecordSequence" in (
        header
    ):
        raise Unreadable("a table of contents (DICOMDIR), no film")
    if not {"SOPClassUID", "PatientID", "Modality", "PixelData", "Rows"} & set(header.dir()):
        other = otherkinds.called(Path(path))
        raise Unreadable("not a DICOM file" + (f", it is {other}" if other else ""))
    if "TransferSyntaxUID" not in meta:
        # PS3.10 wants it; a file without it is written as it was read, not compressed.
        implicit, little = header.original_encoding
        explicit = ExplicitVRLittleEndian if little else ExplicitVRBigEndian
        meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else explicit
    return header


def has_picture(header: Dataset) -> bool:
    """Say whether there are pixels of any kind."""
    return any(name in header for name in DATA)


def frames(header: Dataset) -> int:
    """How many pictures the file holds, at least 1."""
    try:
        return max(1, int(header.get("NumberOfFrames") or 1))
    except (TypeError, ValueError):
        raise Unreadable("its NumberOfFrames is no number") from None


def photometric(header: Dataset) -> str:
    """The photometric interpretation, in capitals and without blanks."""
    return str(header.get("PhotometricInterpretation") or "").strip().upper()


def stored(header: Dataset) -> np.ndarray:
    """The numbers that the file holds, decompressed and put right for an unusual high bit.

    Parameters
    ----------
    header : pydicom.Dataset

    Returns
    -------
    numpy.ndarray
        (H, W), (frames, H, W), and with a last axis of 3 for colours (RGB).

    Raises
    ------
    Unreadable
        With a short reason.
    """
    _readable(header)
    try:
        values = _lowered(header) if shift(header) else header.pixel_array
        if values.shape[: values.ndim - _axes(header)] != (frames(header),) * (frames(header) > 1):
            raise Unreadable(f"its pixels are not those of {frames(header)} frames, as it says")
        return values
    except Unreadable:
        raise
    except MemoryError:
        raise Unreadable("too large for this machine's memory") from None
    except Exception as problem:  # decoders raise anything on broken bytes
        raise Unreadable(reason(header, problem)) from None


def _readable(header: Dataset) -> None:
    """Refuse what cannot be decoded, by the name of what is wrong."""
    if not has_picture(header):
        raise Unreadable("DICOM without pixels")
    needed = [*NEEDED] + ["BitsStored", "PixelRepresentation"] * ("PixelData" in header)
    for name in needed:
        if header.get(name) in (None, ""):
            raise Unreadable(f"its header lacks {name}")
    if "PixelData" in header and not 1 <= int(header.BitsStored) <= int(header.BitsAllocated):
        raise Unreadable(f"BitsStored {header.BitsStored} of {header.BitsAllocated} bits")
    if int(header.Rows) * int(header.Columns) * frames(header) > 5 * LARGEST:
        raise Unreadable(f"{frames(header)} x {header.Columns} x {header.Rows} pixels, too large")
    if not photometric(header).startswith((*GREYS, "PALETTE COLOR", "RGB", "YBR_")):
        raise Unreadable(f"its PhotometricInterpretation {photometric(header)[:20]!r} is not known")


def _axes(header: Dataset) -> int:
    """How many axes one picture has: rows, columns, and colours where there are several."""
    return 2 + (int(header.SamplesPerPixel) > 1)


def shift(header: Dataset) -> int:
    """By how many bits the numbers stand too high; 0 in nearly every file (PS3.5 8.1.1)."""
    if "PixelData" not in header or header.get("HighBit") in (None, ""):
        return 0
    allocated, bits, high = (
        int(header[k].value) for k in ("BitsAllocated", "BitsStored", "HighBit")
    )
    if high == bits - 1:
        return 0
    packed = header.file_meta.TransferSyntaxUID.is_encapsulated
    if not bits - 1 < high < allocated or packed:
        kind = "a compressed file" if packed else f"{allocated} bits"
        raise Unreadable(f"HighBit {high} does not fit {bits} bits stored in {kind}")
    return high + 1 - bits


def wasted(header: Dataset) -> bool:
    """Say whether bits above the stored ones hold something and no overlay claims them.

    Then the header may state too few bits, and what is shown is the picture wrapped around.
    """
    import numpy as np

    plain = "PixelData" in header and int(header.get("BitsAllocated") or 0) in (8, 16, 32)
    syntax = syntax_of(header)
    if not plain or syntax is None or syntax.is_encapsulated or not syntax.is_little_endian:
        return False
    allocated, bits = int(header.BitsAllocated), int(header.get("BitsStored") or 0)
    top = int(header.get("HighBit") or bits - 1) + 1
    claimed = any((group, 0x0102) in header for group in range(0x6000, 0x6020, 2))
    if not bits <= top < allocated or claimed or int(header.get("PixelRepresentation") or 0):
        return False  # signed numbers fill the bits above with their sign
    raw = header.PixelData
    step = allocated // 8
    values = np.frombuffer(raw[: len(raw) // step * step], f"<u{step}")
    return bool((values >> top).any())


def syntax_of(header: Dataset) -> UID | None:
    """The transfer syntax of a file; None where it states none, as a part of a file does."""
    return getattr(getattr(header, "file_meta", None), "TransferSyntaxUID", None)


def words(header: Dataset) -> np.ndarray:
    """All bits of an uncompressed picture, the unused ones too, as unsigned numbers."""
    from pydicom.dataset import Dataset, FileMetaDataset

    whole = Dataset()
    whole.file_meta = FileMetaDataset()
    whole.file_meta.TransferSyntaxUID = header.file_meta.TransferSyntaxUID
    for name in (*NEEDED, "NumberOfFrames", "PlanarConfiguration", "PixelData"):
        if name in header:
            whole[name] = header[name]
    whole.BitsStored, whole.HighBit = header.BitsAllocated, header.BitsAllocated - 1
    whole.PixelRepresentation = 0
    return whole.pixel_array


def _lowered(header: Dataset) -> np.ndarray:
    """Numbers whose highest bit stands above the usual place, moved down."""
    import numpy as np

    bits = int(header.BitsStored)
    values = (words(header).astype(np.int64) >> shift(header)) & (2**bits - 1)
    if int(header.PixelRepresentation) == 1:
        values = np.where(values >= 2 ** (bits - 1), values - 2**bits, values)
        return values.astype(np.int32)
    return values.astype(np.uint16 if bits <= 16 else np.uint32)


def reason(header: Dataset, problem: Exception) -> str:
    """Why a picture could not be decoded, in a few words."""
    said = " ".join(str(problem).split())
    syntax = syntax_of(header)
    if syntax is not None and not (syntax.is_transfer_syntax and syntax.name != str(syntax)):
        return f"its transfer syntax {str(syntax)[:40]!r} is not known"
    if "missing dependencies" in said or "does not support" in said:
        what = "12-bit JPEG" if "12-bit" in said else str(getattr(syntax, "name", ""))[:60]
        return f"no decoder for its compression ({what}); export uncompressed"
    if isinstance(problem, AttributeError) and "element" in said and "'" in said:
        return f"its header lacks {said.split(chr(39))[-2][:40]}"
    return "DICOM cut short or damaged"


def overlays(header: Dataset) -> Iterator[tuple[str, np.ndarray | None]]:
    """Every overlay plane and its bits, those hidden in unused bits of the pixels too.

    Yields
    ------
    name : str
        Such as ``overlay 6000``.
    plane : numpy.ndarray or None
        uint8 of 0 and 1, (H, W) or (frames, H, W); None where it cannot be read.
    """
    import numpy as np

    for group in range(0x6000, 0x6020, 2):
        if not any(element.tag.group == group for element in header.group_dataset(group)):
            continue
        try:
            if (group, 0x3000) in header:
                yield f"overlay {group:04X}", header.overlay_array(group).astype(np.uint8)
            elif (group, 0x0102) in header:
                place = int(header[group, 0x0102].value)
                bit = (words(header) >> place) & 1
                yield f"overlay {group:04X}", bit.astype(np.uint8)
        except Exception:  # a plane that breaks off is said to be unread, not passed over
            yield f"overlay {group:04X}", None
