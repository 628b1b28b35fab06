"""Small films in every dress a hospital sends them in."""

import numpy as np
from PIL import Image


def thorax(size=64, seed=0):
    """Return uint8 (size, size): bright frame, two dark lungs, a little noise."""
    draw = np.random.default_rng(seed)
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    lungs = ((np.abs(x) - 0.42) / 0.3) ** 2 + (y / 0.7) ** 2 < 1
    return np.clip(np.where(lungs, 60, 190) + draw.normal(0, 6, (size, size)), 0, 255).astype(
        np.uint8
    )


def png(path, pixels, **more):
    """Write a PNG and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **more)
    return path


def dicom(path, pixels, photometric="MONOCHROME2", bits=8, signed=False, **tags):
    """Write a single-frame (or, for a 3-D array, multi-frame) DICOM film and return its path.

    `pixels` are the values to show, 0 dark; they are stretched to `bits` and inverted for
    MONOCHROME1, as a detector would store them.
    """
    import pydicom
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import ComputedRadiographyImageStorage, ExplicitVRLittleEndian, generate_uid

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = ComputedRadiographyImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    header = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    header.SOPClassUID, header.Modality = ComputedRadiographyImageStorage, "CR"
    header.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    colour = photometric == "RGB"
    if not colour:
        full = 2**bits - 1
        stored = np.round(pixels.astype(float) * full / 255)
        stored = full - stored if photometric == "MONOCHROME1" else stored
        if signed:
            stored -= 2 ** (bits - 1)
        kind = {8: "u1", 16: "u2"}[8 if bits <= 8 else 16]
        pixels = stored.astype(kind.replace("u", "i") if signed else kind)
    header.PhotometricInterpretation = photometric
    header.SamplesPerPixel = 3 if colour else 1
    if colour:
        header.PlanarConfiguration = 0
    frames = pixels.shape[0] if not colour and pixels.ndim == 3 else 1
    if frames > 1:
        header.NumberOfFrames = frames
    header.Rows, header.Columns = pixels.shape[1:] if frames > 1 else pixels.shape[:2]
    header.BitsAllocated = 8 if bits <= 8 else 16
    header.BitsStored, header.HighBit = bits, bits - 1
    header.PixelRepresentation = int(signed)
    header.PixelData = pixels.tobytes()
    for name, value in tags.items():
        if value is None:
            delattr(header, name)
        else:
            setattr(header, name, value)
    path.parent.mkdir(parents=True, exist_ok=True)
    pydicom.dcmwrite(path, header)
    return path
