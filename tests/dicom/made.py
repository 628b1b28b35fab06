"""DICOM files in every dress, for the tests of this room."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ComputedRadiographyImageStorage, ExplicitVRLittleEndian, generate_uid


def film(values, **tags):
    """A file of these stored numbers, (H, W), (frames, H, W) or (H, W, 3), and these elements."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = ComputedRadiographyImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    made.SOPClassUID, made.SOPInstanceUID = meta.MediaStorageSOPClassUID, generate_uid()
    made.StudyInstanceUID, made.SeriesInstanceUID = generate_uid(), generate_uid()
    made.PatientName, made.PatientID, made.Modality = "Meier^Anna", "4711-998", "CR"
    made.StudyDate, made.PatientBirthDate = "20210304", "19580312"
    colour = values.shape[-1] == 3
    if colour:
        made.PlanarConfiguration = 0
    if values.ndim - colour == 3:
        made.NumberOfFrames = values.shape[0]
    made.Rows, made.Columns = values.shape[:-1][-2:] if colour else values.shape[-2:]
    made.SamplesPerPixel = 3 if colour else 1
    made.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    made.BitsAllocated = made.BitsStored = 8 * values.dtype.itemsize
    made.HighBit, made.PixelRepresentation = made.BitsStored - 1, int(values.dtype.kind == "i")
    made.PixelData = values.tobytes()
    for name, value in tags.items():
        setattr(made, name, value)
    return made


def scene(size=320, depth=255):
    """A bright frame with two dark fields, uint8 or deeper, (size, size), and no letters."""
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    fields = np.clip(1.3 - ((np.abs(x) - 0.42) / 0.3) ** 2 - (y / 0.7) ** 2, 0, 1)
    values = depth * (0.75 - 0.5 * fields + 0.1 * y)
    return np.round(values).astype(np.uint8 if depth < 256 else np.uint16)


def letters(size=320, at=(20, 12)):
    """Where the strokes of a burned-in name stand, (size, size) of bool."""
    image = Image.new("L", (size, size))
    font = ImageFont.load_default(size=18)
    ImageDraw.Draw(image).text(at, "MEIER ANNA 1958", fill=255, font=font)
    return np.asarray(image) > 127


def ground(size=320):
    """A dark picture to write on."""
    return np.full((size, size), 20, np.uint8)
