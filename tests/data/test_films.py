"""A film comes out the same in whatever file it went in, and a broken file gives a reason."""

import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from PIL import Image

from readingroom.data import films, privacy

from .films_made import dicom, png, thorax


def alike(a, b):
    """Say whether two films show the same picture: greys follow each other almost exactly."""
    return np.corrcoef(a.ravel().astype(float), b.ravel().astype(float))[0, 1] > 0.99


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P"])
def test_png_modes(tmp_path, mode):
    """Grey, colour, palette and transparent PNGs give the same greys."""
    film = thorax()
    path = tmp_path / "a.png"
    Image.fromarray(film).convert(mode).save(path)
    read = films.read(path)
    assert read.pixels.dtype == np.uint8 and np.abs(read.pixels.astype(int) - film).max() <= 1
    assert read.remarks == []


def test_sixteen_bit_png(tmp_path):
    """A deep PNG keeps its picture."""
    film = thorax()
    path = png(tmp_path / "a.png", (film.astype(np.uint16) * 16))
    assert alike(films.read(path).pixels, film)


def test_jpeg_under_another_name(tmp_path):
    """The first bytes decide, not the ending."""
    film = thorax()
    Image.fromarray(film).save(tmp_path / "a.jpg", quality=95)
    (tmp_path / "a.jpg").rename(tmp_path / "a.png")
    assert alike(films.read(tmp_path / "a.png").pixels, film)


def test_coloured_picture_is_remarked(tmp_path):
    """A screenshot with a coloured overlay is read, and said to be in colour."""
    film = np.stack([thorax()] * 3, axis=-1)
    film[:20, :20] = (255, 0, 0)
    assert films.read(png(tmp_path / "a.png", film)).remarks == ["colour"]


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("bits", [8, 10, 12, 15, 16])
@pytest.mark.parametrize("signed", [False, True])
def test_dicom_depths(tmp_path, photometric, bits, signed):
    """Every depth, sign and photometric interpretation shows air dark and bone bright."""
    film = thorax()
    path = dicom(tmp_path / "a.dcm", film, photometric, bits, signed)
    assert alike(films.read(path).pixels, film)


def test_dicom_in_colour(tmp_path):
    """An RGB secondary capture becomes grey."""
    film = thorax()
    path = dicom(tmp_path / "a.dcm", np.stack([film] * 3, axis=-1), "RGB")
    assert alike(films.read(path).pixels, film)


def test_dicom_window_against_pydicom(tmp_path):
    """Rescale and window give what pydicom's own functions give."""
    import pydicom
    from pydicom.pixels import apply_modality_lut, apply_voi_lut

    more = {"RescaleSlope": 2, "RescaleIntercept": -100, "WindowCenter": 3000, "WindowWidth": 2000}
    path = dicom(tmp_path / "a.dcm", thorax(), bits=12, **more)
    header = pydicom.dcmread(path)
    expected = apply_voi_lut(apply_modality_lut(header.pixel_array, header), header)
    assert (films.read(path).pixels == films.spread(expected)).all()


def test_dicom_padding_is_dark(tmp_path):
    """Pixels outside the film are air, and do not set the contrast."""
    film = thorax()
    inside = films.read(dicom(tmp_path / "a.dcm", film, bits=12)).pixels
    import pydicom

    header = pydicom.dcmread(tmp_path / "a.dcm")
    stored = header.pixel_array.copy()
    stored[:5] = 4095
    header.PixelData = stored.tobytes()
    header.add_new("PixelPaddingValue", "US", 4095)
    header.save_as(tmp_path / "b.dcm")
    padded = films.read(tmp_path / "b.dcm").pixels
    assert padded[:5].max() == 0
    assert alike(padded[5:], inside[5:])


def test_header_facts_and_identity(tmp_path):
    """Sex, age and view are taken over; identifying elements are named, never quoted."""
    tags = {
        "PatientName": "Mustermann^Erika",
        "PatientID": "4711",
        "PatientSex": "F",
        "PatientAge": "018M",
        "ViewPosition": "LL",
        "BurnedInAnnotation": "YES",
        "BodyPartExamined": "HAND",
        "InstitutionName": "ANONYMOUS",
    }
    film = films.read(dicom(tmp_path / "a.dcm", thorax(), **tags))
    assert film.facts == {"patient": "4711", "sex": "F", "view": "lateral", "age": 1.5}
    assert film.identifying == ["PatientName"]
    assert len(film.remarks) == 2
    assert "Mustermann" not in repr((film.identifying, film.remarks))


BROKEN = {
    "empty.png": (b"", "empty file"),
    "text.png": (b"hello, this is no picture", "neither PNG"),
    "empty.dcm": (b"", "empty file"),
    "text.dcm": (b"hello, this is no DICOM file at all", "DICOM"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_have_a_reason(tmp_path, name):
    """A file that is nothing gives a short reason."""
    content, said = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(films.Unreadable, match=said):
        films.read(tmp_path / name)


def test_refused_dicom(tmp_path):
    """No pixels, several frames, cut short: each is refused politely."""
    film = thorax()
    for path, said in (
        (dicom(tmp_path / "a.dcm", film, PixelData=None), "without pixels"),
        (dicom(tmp_path / "b.dcm", np.stack([film] * 3)), "multi-frame DICOM .3 frames."),
    ):
        with pytest.raises(films.Unreadable, match=said):
            films.read(path)
    whole = dicom(tmp_path / "c.dcm", film)
    whole.write_bytes(whole.read_bytes()[:-500])
    with pytest.raises(films.Unreadable, match="cut short"):
        films.read(whole)


def test_compression_without_a_decoder_is_named(tmp_path, monkeypatch):
    """Where the plugin for a compression is missing, the reason names the compression."""
    from pydicom.data import get_testdata_file
    from pydicom.pixels import get_decoder
    from pydicom.uid import RLELossless

    path = Path(get_testdata_file("MR_small_RLE.dcm", download=False))
    assert films.read(path).pixels.shape == (64, 64)
    monkeypatch.setattr(get_decoder(RLELossless), "_available", {})
    with pytest.raises(films.Unreadable, match=r"RLE Lossless.*export uncompressed"):
        films.read(path)


def test_links_that_lead_nowhere(tmp_path):
    """A link to itself and a link to nothing are unreadable, not a crash."""
    (tmp_path / "self.png").symlink_to(tmp_path / "self.png")
    (tmp_path / "gone.png").symlink_to(tmp_path / "nothing.png")
    for name in ("self.png", "gone.png"):
        with pytest.raises(films.Unreadable, match="cannot be opened"):
            films.read(tmp_path / name)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The bytes of one good PNG and one good DICOM film."""
    folder = tmp_path_factory.mktemp("whole")
    a, b = png(folder / "a.png", thorax(32)), dicom(folder / "b.dcm", thorax(32), bits=12)
    return folder, {".png": a.read_bytes(), ".dcm": b.read_bytes()}


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from([".png", ".dcm"]),
    st.floats(0, 1),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=20),
)
def test_any_damage_is_a_film_or_a_reason(whole, ending, kept, changes):
    """Whatever is cut off or changed, reading gives a film or one short reason."""
    folder, good = whole
    content = bytearray(good[ending][: int(len(good[ending]) * kept)])
    for place, value in changes:
        if content:
            content[int(place * len(content))] = value
    path = folder / f"broken{ending}"
    path.write_bytes(content)
    try:
        assert films.read(path).pixels.dtype == np.uint8
    except films.Unreadable as problem:
        assert 0 < len(str(problem)) < 120 and "\n" not in str(problem)


def test_every_sample_of_pydicom_is_a_film_or_a_reason():
    """Compressed, multi-frame, structured and odd samples never end in a traceback."""
    import pydicom

    folder = Path(pydicom.__file__).parent / "data" / "test_files"
    films_read, reasons = 0, set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in sorted(folder.glob("*.dcm")):
            try:
                films_read += films.read(path).pixels.size > 0
            except films.Unreadable as problem:
                reasons.add(str(problem).split(" (")[0])
    assert films_read >= 20
    assert {"DICOM without pixels", "multi-frame DICOM"} <= reasons


def test_burned_in_text_is_suspected_and_a_side_marker_is_not():
    """A name along the edge is suspected; a lone R is what every film has."""
    from PIL import ImageDraw, ImageFont

    def written(text, size):
        image = Image.fromarray(thorax(512))
        font = ImageFont.load_default(size=size)
        ImageDraw.Draw(image).text((20, 12), text, fill=255, font=font)
        return np.asarray(image)

    dark = np.full((512, 512), 20, np.uint8)
    dark[100:400, 100:400] = thorax(300)
    image = Image.fromarray(dark)
    font = ImageFont.load_default(size=18)
    ImageDraw.Draw(image).text((20, 20), "MUSTERMANN ERIKA", fill=255, font=font)
    assert privacy.burned_in(np.asarray(image))
    assert not privacy.burned_in(written("R", 40))
    assert not privacy.burned_in(thorax(512))
    assert not privacy.burned_in(thorax(64))


def test_square_is_cut_and_not_squashed():
    """A wide film loses its sides; nothing is stretched."""
    wide = np.zeros((100, 160), np.uint8)
    wide[:, 30:130] = 200
    assert films.squared(wide, 50).min() > 190
    assert films.squared(wide, 100).shape == (100, 100)


def test_real_film_is_the_same_however_it_is_compressed():
    """The chest film and its lossless twin give the same greys, the lossy one nearly."""
    from readingroom import data

    try:
        plain, lossless, lossy = (
            films.read(data.sample(n)) for n in ("chest-cr", "chest-cr-lossless", "chest-cr-lossy")
        )
    except data.DataError as problem:
        pytest.skip(str(problem))
    assert plain.pixels.shape == (1955, 1841) and plain.facts["view"] == "PA"
    assert (plain.pixels == lossless.pixels).all()
    assert np.abs(plain.pixels.astype(int) - lossy.pixels).max() < 10
    assert "PatientName" in plain.identifying and "PatientBirthDate" in plain.identifying
