"""Class: a file judged by its name. Its first bytes say what it is; names compare as read."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import unicodedata
import zlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image, PngImagePlugin

from readingroom.data import adding, beside, blocks, films, intake, labels, people, spelling
from readingroom.data.errors import DataError
from readingroom.data.intake import Report

from .films_made import dicom, png, thorax


@pytest.mark.parametrize("ending", [".IMA", ".img", ".dcm30", ".DIC", ".tmp", ".1", "", ".png"])
def test_dicom_is_known_whatever_its_ending(tmp_path, ending):
    """A table's rows find DICOM files under any ending, with the ending and without."""
    rows = []
    for k in range(40):
        dicom(tmp_path / f"films/IM{k:04d}{ending}", thorax(40, seed=k))
        named = f"IM{k:04d}" if k % 2 and ending != ".1" else f"IM{k:04d}{ending}"
        rows.append({"file": named, "label": k % 4 // 2})
    pd.DataFrame(rows).to_csv(tmp_path / "labels.csv", index=False)
    report = adding.add(tmp_path / "films", tmp_path / "labels.csv", "t", progress=False)
    assert report.found["films"] == 40 and report.counts() == {}


OTHERS = {
    "a.tif": ("TIFF", lambda path: Image.fromarray(thorax()).save(path, "TIFF")),
    "a.bmp": ("BMP", lambda path: Image.fromarray(thorax()).save(path, "BMP")),
    "a.gif": ("GIF", lambda path: Image.fromarray(thorax()).save(path, "GIF")),
    "a.dcm.gz": ("gzip", lambda path: path.write_bytes(gzip.compress(b"x" * 500))),
    "a.zip": ("ZIP", lambda path: path.write_bytes(b"PK\3\4" + b"x" * 500)),
    "a.pdf": ("PDF", lambda path: path.write_bytes(b"%PDF-1.7" + b"x" * 500)),
    "a.heic": ("HEIC", lambda path: path.write_bytes(b"\0\0\0\x18ftypheic" + b"x" * 500)),
    "a.jp2": ("JPEG 2000", lambda path: Image.fromarray(thorax()).save(path, "JPEG2000")),
    "b.jpg": ("BMP", lambda path: Image.fromarray(thorax()).save(path, "BMP")),
    "a.png": ("TIFF", lambda path: Image.fromarray(thorax()).save(path, "TIFF")),
    "a.jpeg": ("WebP", lambda path: Image.fromarray(thorax()).save(path, "WEBP")),
    "a.pgm": ("Netpbm", lambda path: Image.fromarray(thorax()).save(path, "PPM")),
    "a.pcx": ("PCX", lambda path: Image.fromarray(thorax()).save(path, "PCX")),
    "a.avif": ("AVIF", lambda path: path.write_bytes(b"\0\0\0\x1cftypavif" + b"x" * 500)),
    "a.mp4": ("video", lambda path: path.write_bytes(b"\0\0\0\x18ftypmp42" + b"x" * 500)),
    "a.dcm.bz2": ("bzip2", lambda path: path.write_bytes(bz2.compress(b"x" * 500))),
    "a.dcm.xz": ("xz", lambda path: path.write_bytes(lzma.compress(b"x" * 500))),
    "a.mha": ("MetaImage", lambda path: path.write_bytes(b"ObjectType = Image\nNDims = 2\n")),
    "c.nii": ("NIfTI", lambda path: path.write_bytes(bytes(344) + b"n+1\0" + bytes(400))),
    "a.svg": ("SVG", lambda path: path.write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")),
    "c.png": ("web page", lambda path: path.write_bytes(b"\n<!DOCTYPE html><p>not found")),
    "d.png": (
        "stand-in of Git LFS, the file itself was not fetched",
        lambda path: path.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid"),
    ),
    "a.zst": ("Zstandard", lambda path: path.write_bytes(b"\x28\xb5\x2f\xfd" + b"x" * 500)),
    "a.cr3": ("camera raw", lambda path: path.write_bytes(b"\0\0\0\x18ftypcrx " + b"x" * 500)),
    "a.mov": ("video", lambda path: path.write_bytes(b"\0\0\1\0moov" + b"x" * 500)),
    "a.tar": ("TAR", lambda path: path.write_bytes(b"x" * 257 + b"ustar" + b"x" * 300)),
    "a.hdr": ("Analyze", lambda path: path.write_bytes(struct.pack("<i", 348) + bytes(344))),
    "z.dcm": ("ZIP", lambda path: path.write_bytes(b"PK\3\4" + b"x" * 500)),
    "h.dcm": ("web page", lambda path: path.write_bytes(b"<html>please log in")),
    "0.dcm": ("zeros only, its content never arrived", lambda path: path.write_bytes(bytes(900))),
    "e.png": ("JSON", lambda path: path.write_bytes(b'{"error": "not found"}')),
    "f.png": (
        "PNG changed on its way, copy it again without changing line ends",
        lambda path: path.write_bytes(_bytes("PNG").replace(b"\r\n", b"\n")),
    ),
    "D1": (
        "DICOM without its first 128 bytes",
        lambda path: path.write_bytes(dicom(path, thorax()).read_bytes()[128:]),
    ),
    "a.lnk": ("shortcut", lambda path: path.write_bytes(b"L\0\0\0\x01\x14\x02\0" + bytes(90))),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_kind_that_is_not_read_is_named(tmp_path, name):
    """A picture of another kind is a row with its kind, and not 'no film', also misnamed."""
    what, make = OTHERS[name]
    png(tmp_path / "b.png", thorax())
    make(tmp_path / name)
    (tmp_path / "notes.txt").write_text("no film")
    report = Report()
    listed = intake.files(tmp_path, report)
    table = pd.DataFrame({"file": [name, "b.png"], "label": ["1", "0"], "line": [2, 3]})
    assert list(intake.matched(table, listed, report)["path"]) == ["b.png"]
    assert report.rows == [{"kind": "other kind", "where": name, "detail": what}]
    assert "notes.txt" in report.passed_over() and report.found["other"] == 2


@pytest.mark.parametrize(
    "start", [b"II*\0", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"%PDF", b"GIF8"]
)
def test_what_stands_before_the_mark_of_a_dicom_file_is_nobodys(tmp_path, start):
    """The first 128 bytes may be those of another kind: the mark behind them decides."""
    path = dicom(tmp_path / "a.dcm", thorax())
    path.write_bytes(start + path.read_bytes()[len(start) :])
    assert films.read(path).pixels.shape == (64, 64)


def test_a_pipe_and_a_device_are_told_and_never_opened(tmp_path):
    """To open a pipe waits for ever, a device never ends: neither is a film, and both are said."""
    os.mkfifo(tmp_path / "pipe.dcm")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero.png").symlink_to("/dev/zero")
    report = Report()
    assert intake.files(tmp_path, report) == []
    told = {row["where"]: row["detail"] for row in report.rows}
    assert told == {"pipe.dcm": "pipe or device, no file", "zero.png": "pipe or device, no file"}
    assert "pipe" in report.passed
    for name in ("pipe", "pipe.dcm", "zero.png"):
        with pytest.raises(films.Unreadable, match="pipe or device"):
            films.read(tmp_path / name)


def test_a_film_that_its_system_hides_is_told(tmp_path):
    """Names with a dot before them, folders too, and what a cloud has not sent yet: a row each."""
    for name in (".a.dcm", ".cache/b.dcm", "c/.d/e.dcm"):
        dicom(tmp_path / name, thorax())
    (tmp_path / "._f.dcm").write_bytes(b"\0\5\x16\7" + bytes(90))
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_text("no film")
    (tmp_path / ".IM1.dcm.icloud").write_bytes(b"bplist00" + bytes(60))
    png(tmp_path / "b.png", thorax())
    report = Report()
    listed = intake.files(tmp_path, report)
    named = [".cache/b.dcm", "IM1.dcm", "b.png"]
    table = pd.DataFrame({"file": named, "label": ["1", "0", "0"], "line": [2, 3, 4]})
    assert list(intake.matched(table, listed, report)["path"]) == ["b.png"]
    hidden = {row["where"] for row in report.rows if row["kind"] == "hidden"}
    assert hidden == {".a.dcm", ".cache/b.dcm", "c/.d/e.dcm"}
    others = {row["where"]: row["detail"] for row in report.rows if row["kind"] == "other kind"}
    assert others == {"IM1.dcm": "stand-in of iCloud, the file itself was not fetched",
                      "._f.dcm": "companion file of a Mac"}  # fmt: skip
    assert report.counts() == {"other kind": 2, "hidden": 3} and ".git/config" not in report.passed


def test_a_name_is_the_file_of_that_name_before_it_is_another(tmp_path):
    """A row that names an unreadable file is about that file, and not about one with an ending."""
    png(tmp_path / "a.png", thorax())
    (tmp_path / "a").write_text("notes")
    report = Report()
    listed = intake.files(tmp_path, report)
    table = pd.DataFrame({"file": ["a", "a.png"], "label": ["1", "0"], "line": [2, 3]})
    assert list(intake.matched(table, listed, report)["label"]) == ["0"]
    assert report.counts() == {"other kind": 1}


@pytest.mark.parametrize(
    ("mark", "bits", "said"),
    [(0xC3, 8, "lossless JPEG"), (0xC1, 12, "12-bit JPEG"), (0xF7, 8, "JPEG-LS"),
     (0xC3, 16, "16-bit lossless JPEG")],
)  # fmt: skip
def test_a_jpeg_of_a_rare_coding_is_named_and_not_called_damaged(tmp_path, mark, bits, said):
    """Exports of viewers are lossless or of 12 bits; the sentence says so and what to do."""
    raw = bytearray(_bytes("JPEG"))
    at = raw.index(b"\xff\xc0")
    raw[at + 1], raw[at + 4] = mark, bits
    (tmp_path / "a.jpg").write_bytes(bytes(raw))
    with pytest.raises(films.Unreadable, match=rf"^{said}, which cannot be read; export it as PNG"):
        films.read(tmp_path / "a.jpg")


def test_a_folder_of_another_kind_says_what_it_holds(tmp_path):
    """Where there is no film at all the sentence names what is there."""
    for k in range(3):
        (tmp_path / "f").mkdir(exist_ok=True)
        Image.fromarray(thorax()).save(tmp_path / f"f/{k}.tif", "TIFF")
    with pytest.raises(DataError, match=r"it holds 3 TIFF"):
        adding.add(tmp_path / "f", None, "t", progress=False)


@settings(max_examples=100)
@given(st.text(st.characters(categories=["Ll", "Lu", "Mn"]), min_size=1, max_size=8),
       st.sampled_from(["NFC", "NFD"]), st.sampled_from(["NFC", "NFD"]))  # fmt: skip
def test_a_name_is_found_in_either_unicode_form(name, here, there):
    """Macs take an umlaut apart, spreadsheets put it together: the film is found."""
    listed = [f"x/{unicodedata.normalize(here, name)}.png"]
    written = unicodedata.normalize(there, name)
    for text in (f"{written}.png", written, f"x\\{written}.png", f"C:\\old\\{written}.png"):
        table = pd.DataFrame({"file": [text], "label": ["1"], "line": [2]})
        assert list(intake.matched(table, listed, Report())["path"]) == listed


@pytest.mark.parametrize(
    ("here", "there"),
    [("Meier 01.png", "Meier\u00a001.png"), ("Meier  01.png", "Meier 01.png"),
     ("a-1.png", "a\u20131.png"), ("a-1.png", "a\u20111.png"), ("a.png", "\u200ba.png"),
     ("a.png", "\ufeffa.png"), ("a.png", " a.png "), ("１２.png", "12.png"),
     ("a.jpg", "a.jpeg"), ("a.JPEG", "a.jpg"), ("a.dcm", "a.dicom"), ("ガ.png", "ｶﾞ.png"),
     ("각.png", "\u1100\u1161\u11a8.png"), ("straße.png", "STRASSE.PNG"), ("..png", "..png"),
     ("x/Ａ 1/b.png", "X\\a 1\\B.PNG"), ("it's.png", "it\u2019s.png"), ("İzmir.png", "izmir.png"),
     ("IŞIK.png", "ışık.png"), ("12.png", "١٢.png"), ("a\u034fb.png", "ab.png"),
     ("x/Müller 1.png", "/data/upload/M%C3%BCller%201.png"), ("a%20b.png", "a%20b.png")],
)  # fmt: skip
def test_a_name_that_looks_the_same_is_the_same(here, there):
    """Blanks, dashes, wide and unseen signs of spreadsheets, and two endings of one kind."""
    table = pd.DataFrame({"file": [there], "label": ["1"], "line": [2]})
    assert list(intake.matched(table, [here, "other/z.png"], Report())["path"]) == [here]


LOOKS = {
    "dash": ("P-1", "P\u20131"), "apostrophe": ("O'Neil", "O\u2019Neil"),
    "unseen": ("P1", "P\u200b1"),
    "wide": ("P1", "Ｐ１"), "digits": ("P12", "P١٢"), "blank": ("Kim 1", "Kim\u00a01"),
    "parts": ("Müller", "Mu\u0308ller"), "jamo": ("김", "\u1100\u1175\u11b7"),
    "Turkish": ("İnan", "inan"), "kana": ("ガ", "ｶﾞ"),
}  # fmt: skip


@pytest.mark.parametrize("how", LOOKS)
def test_one_patient_site_or_answer_in_two_spellings_is_one(how):
    """What looks the same is one patient, one hospital, one label and one column of a table."""
    one, other = LOOKS[how]
    names, _ = people.joined([one, other, "x"], [""] * 3, [""] * 3, ["a", "b", "c"])
    assert names[0] == names[1] != names[2]
    rows = pd.DataFrame({"file": ["a", "b", "c"], "site": [one, other, "x"]})
    assert len(set(labels.tidy(rows)[0]["site"])) == 2
    found = labels.meaning([f"ill {one}", f"ill {other}", "well"] * 3, "c", f"ill {other}").label
    assert found == {f"ill {one}": 1, f"ill {other}": 1, "well": 0}
    assert spelling.called(other, [one, "x"]) == one
    assert spelling.called(other, [f"{one} ", f" {one}"]) is None
    assert spelling.alike([one, other, "x"]) == [one, one, "x"]


def test_a_dash_beside_a_plus_is_an_answer():
    """Plus and minus are two answers, in whatever sign of minus; a dash alone is a gap."""
    found = labels.meaning(["+", "\u2212", "-", "+"], "c", "+")
    assert found.label == {"+": 1, "\u2212": 0, "-": 0}


def test_two_files_that_look_the_same_are_not_guessed():
    """Where only a dash tells two films apart, the exact name counts, and another is ambiguous."""
    table = pd.DataFrame({"file": ["a\u20131.png", "a\u20141.png"], "label": ["1", "0"],
                          "line": [2, 3]})  # fmt: skip
    report = Report()
    kept = intake.matched(table, ["a-1.png", "a\u20131.png"], report)
    assert list(kept["path"]) == ["a\u20131.png"] and report.counts() == {"ambiguous": 1}


def test_a_mask_is_found_as_a_film_is_and_missed_at_once(tmp_path):
    """An outline is found in either form; one that is not there is told when films are added."""
    folder, rows = tmp_path / "f", []
    png(folder / unicodedata.normalize("NFD", "mäsk.png"), (thorax(40) > 100) * np.uint8(255))
    for k in range(40):
        png(folder / f"{k}.png", thorax(40, seed=k))
        mask = {0: "mäsk.png", 1: "gone.png"}.get(k, "")
        rows.append({"file": f"{k}.png", "label": k % 2, "mask": mask})
    pd.DataFrame(rows).to_csv(tmp_path / "labels.csv", index=False)
    report = adding.add(folder, tmp_path / "labels.csv", "t", progress=False)
    assert report.counts()["no mask"] == 1


def test_a_film_with_two_labels_in_the_table_is_left_out():
    """Two rows that agree are a doubled row; two that do not are two labels."""
    table = pd.DataFrame(
        {"file": ["a.png", "a.png", "b.png", "b.png", "c.png", "c.png"],
         "label": ["1", "0", "1", "1 ", "1", ""], "line": range(2, 8)}
    )  # fmt: skip
    report = Report()
    kept = intake.matched(table, ["a.png", "b.png", "c.png"], report)
    assert list(kept["path"]) == ["b.png", "c.png"]
    assert report.counts() == {"doubled row": 2, "two labels": 2}


def test_a_photograph_with_a_preview_is_read(tmp_path):
    """Cameras put a preview behind the picture: the first is read, and that is said."""
    photo, preview = Image.fromarray(thorax(200)), Image.fromarray(thorax(64, seed=1))
    photo.save(tmp_path / "a.jpg", "MPO", save_all=True, append_images=[preview], quality=95)
    film = films.read(tmp_path / "a.jpg")
    assert film.pixels.shape == (200, 200) and "preview" in film.remarks[0]
    photo.save(tmp_path / "b.png", save_all=True, append_images=[photo.rotate(90)])
    with pytest.raises(films.Unreadable, match="frames"):
        films.read(tmp_path / "b.png")


def test_a_picture_seen_in_part_or_in_two_greys_is_remarked(tmp_path):
    """A screenshot with holes is read whole, a fax has two greys: both are said."""
    film = Image.fromarray(thorax(200))
    veil = Image.fromarray(np.repeat([[0, 255]], 100, axis=1).astype(np.uint8).repeat(200, axis=0))
    Image.merge("LA", [film, veil]).save(tmp_path / "a.png")
    film.convert("1").save(tmp_path / "b.png")
    Image.merge("LA", [film, Image.new("L", film.size, 255)]).save(tmp_path / "c.png")
    assert films.read(tmp_path / "a.png").remarks == [
        "partly transparent; the whole picture is used"
    ]
    assert films.read(tmp_path / "b.png").remarks == ["its picture has only 2 different greys"]
    assert films.read(tmp_path / "c.png").remarks == []


def test_what_lies_behind_a_photograph_is_looked_into(tmp_path):
    """Text in a preview, letters in it, bytes between and behind: told. A plain preview is not."""
    photo = Image.fromarray(thorax(240))
    raw = _bytes("MPO", save_all=True, append_images=[photo.resize((220, 220))])
    at = raw.index(b"\xff\xd9\xff\xd8") + 2
    path = tmp_path / "a.jpg"
    for name, held, told in (
        ("plain", raw, []),
        ("text", raw[: at + 2] + _block(0xFE, b"Meier") + raw[at + 2 :], [beside.TEXT]),
        ("between", raw[:at] + b"Meier" + raw[at:], [beside.BEHIND]),
        ("behind", raw + b"\0\0\0\x18ftypmp42", [beside.BEHIND]),
        ("cut", raw[:-900], []),
    ):
        path.write_bytes(held)
        assert films.read(path).identifying == told, name
    assert [sight.shape for sight in films.read(path).sights] == []
    path.write_bytes(raw)
    assert [sight.shape for sight in films.read(path).sights] == [(220, 220)]


@pytest.mark.parametrize("key", ["Comment", "PatientName", "0010,0010", "Warning", "x" * 70])
@pytest.mark.parametrize("how", ["text", "compressed", "international", "behind"])
def test_text_in_a_png_is_seen_under_any_key(tmp_path, key, how):
    """Plain, compressed, international, before or behind the pixels: text is text."""
    info = PngImagePlugin.PngInfo()
    if how == "international":
        info.add_itxt(key, "Meier, Anna")
    elif how == "behind":
        info.add(b"tEXt", key.encode() + b"\0Meier, Anna", after_idat=True)
    else:
        info.add_text(key, "Meier, Anna", zip=how == "compressed")
    Image.fromarray(thorax()).save(tmp_path / "a.png", pnginfo=info)
    told = films.read(tmp_path / "a.png").identifying
    assert len(told) == 1 and "Meier" not in told[0]


def test_text_beside_a_jpeg_is_seen():
    """Comment, EXIF, XMP and IPTC; a plain JPEG has none, and a program's name is nobody's."""

    def told(**more):
        stream = io.BytesIO()
        Image.fromarray(thorax()).save(stream, "JPEG", **more)
        with Image.open(stream) as image:
            image.load()
            return beside.text(image, stream.getvalue())

    exif = Image.Exif()
    exif[0x010E] = "Meier"
    iptc = b"\xff\xed\x00\x22Photoshop 3.0\0" + b"8BIM\x04\x04\0\0\0\0\0\5Meier\0\0"
    assert told(comment="Meier") and told(exif=exif) and told(xmp=b"<x:xmpmeta>Meier</x:xmpmeta>")
    assert told(extra=iptc[:36]) and not told()


def _bytes(kind, **more):
    stream = io.BytesIO()
    Image.fromarray(thorax()).save(stream, kind, **more)
    return stream.getvalue()


def _block(mark, held):
    return bytes([0xFF, mark]) + struct.pack(">H", len(held) + 2) + held


def _chunk(name, held):
    return struct.pack(">I", len(held)) + name + held + struct.pack(">I", zlib.crc32(name + held))


@pytest.mark.parametrize("mark", [0xE0, 0xE1, 0xE2, 0xE3, 0xEC, 0xED, 0xEE, 0xEF, 0xFE])
def test_a_block_of_a_jpeg_is_seen_whatever_its_number(tmp_path, mark):
    """Each kind of block may hold words: only those that say how to show the picture pass."""
    raw = _bytes("JPEG")
    (tmp_path / "a.jpg").write_bytes(raw[:2] + _block(mark, b"Meier, Anna 1958") + raw[2:])
    assert films.read(tmp_path / "a.jpg").identifying == [beside.TEXT]


@pytest.mark.parametrize(
    ("name", "held"),
    [(b"caBX", b"jumb"), (b"pCAL", b"Meier\0"), (b"prVt", b"Meier"), (b"dSIG", b"Meier"),
     (b"zzZz", b"Meier"), (b"tEXt", b"Meier Anna\0")],
)  # fmt: skip
def test_a_chunk_of_a_png_is_seen_whatever_its_name(tmp_path, name, held):
    """Public, private and unheard-of chunks, and a name that stands where the key should."""
    raw = _bytes("PNG")
    (tmp_path / "a.png").write_bytes(raw[:33] + _chunk(name, held) + raw[33:])
    assert films.read(tmp_path / "a.png").identifying == [beside.TEXT]


@pytest.mark.parametrize("name", [*blocks.LENGTHS, b"tRNS", b"PLTE", b"hIST", b"iCCP"])
def test_a_known_chunk_is_no_place_for_words(tmp_path, name):
    """A chunk that says how to show the picture has its length, and no more."""
    raw, held = _bytes("PNG"), b"Meier, Anna, 12.3.1958, ward 4 east"
    chunk = _chunk(name, held)
    path = tmp_path / "a.png"
    if name in (b"IHDR", b"IEND"):
        end, odd = blocks.png(raw[:-12] + chunk)
        assert odd and end == len(raw) - 12 + len(chunk)
        return
    path.write_bytes(raw[:33] + chunk + raw[33:])
    try:
        assert films.read(path).identifying == [beside.TEXT]
    except films.Unreadable:  # a decoder may refuse it; the walk over its chunks tells it too
        assert blocks.png(path.read_bytes())[1]


@pytest.mark.parametrize("where", ["behind the pixels", "in a chunk of its own", "more rows"])
def test_bytes_in_the_pixels_chunks_are_told(tmp_path, where):
    """What is packed behind the last pixel of a PNG is shown by no viewer."""
    film = thorax()
    rows = b"".join(b"\0" + row.tobytes() for row in film)
    words = b"Meier, Anna" * 9
    held = [_chunk(b"IDAT", zlib.compress(rows + words * (where == "more rows")))]
    if where == "behind the pixels":
        held = [_chunk(b"IDAT", zlib.compress(rows) + words)]
    elif where == "in a chunk of its own":
        held.append(_chunk(b"IDAT", words))
    head = _bytes("PNG")[:33]
    (tmp_path / "a.png").write_bytes(head + b"".join(held) + _chunk(b"IEND", b""))
    assert films.read(tmp_path / "a.png").identifying == [beside.TEXT]
    (tmp_path / "a.png").write_bytes(
        head + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    )
    assert films.read(tmp_path / "a.png").identifying == []


@pytest.mark.parametrize(
    ("said", "told"),
    [("GIMP 2.10", False), ("Matplotlib version3.9", False), ("Meier, Anna", True), ("", False)],
)
@pytest.mark.parametrize("how", ["text", "compressed", "international"])
def test_a_program_names_itself_and_nobody_else(tmp_path, said, told, how):
    """Under the key Software stands a program; another word there may be a person's."""
    info = PngImagePlugin.PngInfo()
    if how == "international":
        info.add_itxt("Software", said)
    else:
        info.add_text("Software", said, zip=how == "compressed")
    Image.fromarray(thorax()).save(tmp_path / "a.png", pnginfo=info)
    assert films.read(tmp_path / "a.png").identifying == [beside.TEXT] * told


WORDS = b"Meier, Anna 1958"
WITHIN = {
    "a comment before the end": lambda raw: raw[:-2] + _block(0xFE, WORDS) + raw[-2:],
    "a thumbnail": lambda raw: raw[:2] + _block(0xE0, raw[6:18] + b"\5\5" + bytes(75)) + raw[20:],
    "a long JFIF": lambda raw: raw[:2] + _block(0xE0, raw[6:20] + WORDS) + raw[20:],
    "a second JFIF": lambda raw: _with(raw, 0xE0, b"JFIF\0" + WORDS),
    "a long Adobe": lambda raw: _with(raw, 0xEE, b"Adobe\0\x64\0\0\0\0\0" + WORDS),
    "no profile": lambda raw: _with(raw, 0xE2, b"ICC_PROFILE\0\1\1" + WORDS),
    "an index": lambda raw: _with(raw, 0xE2, b"MPF\0" + WORDS),
    "XMP's second part": lambda raw: _with(raw, 0xE1, b"http://ns.adobe.com/x" + WORDS),
    "a gap": lambda raw: raw[:20] + WORDS + raw[20:],
    "a rare mark": lambda raw: _with(raw, 0xDC, WORDS),
    "EXIF that is none": lambda raw: _with(raw, 0xE1, b"Exif\0\0" + WORDS),
    "behind the tags": lambda raw: _with(raw, 0xE1, TURN + WORDS),
    "behind the tags, wide": lambda raw: _with(raw, 0xE1, TURN + b"M\0e\0i\0e\0r\0"),
    "words for a number": lambda raw: _with(raw, 0xE1, WORDY),
}  # fmt: skip


def _with(raw, mark, held):
    return raw[:20] + _block(mark, held) + raw[20:]


TURN = b"Exif\0\0II*\0\x08\0\0\0\1\0" + struct.pack("<HHII", 274, 3, 1, 6) + bytes(4)
WORDY = b"Exif\0\0II*\0\x08\0\0\0\1\0" + struct.pack("<HHII", 282, 2, 16, 26) + bytes(4) + WORDS


@pytest.mark.parametrize("where", WITHIN)
def test_a_known_block_of_a_jpeg_is_no_place_for_words(tmp_path, where):
    """Blocks that say how to show the picture pass in the form that a standard gives them only."""
    raw = _bytes("JPEG")
    (tmp_path / "a.jpg").write_bytes(WITHIN[where](raw))
    assert films.read(tmp_path / "a.jpg").identifying == [beside.TEXT]
    for plain in (_block(0xE1, TURN), _block(0xFE, b""), _block(0xE1, TURN + bytes(200))):
        (tmp_path / "a.jpg").write_bytes(raw[:2] + plain + raw[2:])
        assert films.read(tmp_path / "a.jpg").identifying == []


@pytest.mark.parametrize("tail", [b"Meier, Anna", b"PK\3\4abc", b"\0" * 40 + b"x", "film"])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "progressive"])
def test_bytes_behind_a_picture_are_told(tmp_path, kind, tail):
    """Words, an archive, a second picture: what was not looked at is said; padding is not."""
    raw = _bytes("PNG") if kind == "PNG" else _bytes("JPEG", progressive=kind != "JPEG")
    path = tmp_path / ("a.png" if kind == "PNG" else "a.jpg")
    path.write_bytes(raw + (raw if tail == "film" else tail))
    assert films.read(path).identifying == [beside.BEHIND]
    path.write_bytes(raw + b"\0\n" * 30)
    assert films.read(path).identifying == []


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "MPO"])
def test_how_a_camera_was_held_names_nobody(tmp_path, kind, turn):
    """The orientation alone is no text; with a name, a place or a day beside it there is one."""
    exif = Image.Exif()
    exif[274] = turn
    more = {"save_all": True, "append_images": [Image.fromarray(thorax())]} if kind == "MPO" else {}
    path = tmp_path / ("a.png" if kind == "PNG" else "a.jpg")
    path.write_bytes(_bytes(kind, exif=exif, **more))
    assert films.read(path).identifying == []
    exif.get_ifd(34665)[36867] = "2026:01:01 10:00:00"
    path.write_bytes(_bytes(kind, exif=exif, **more))
    assert films.read(path).identifying == [beside.TEXT]


@settings(max_examples=150)
@given(st.sampled_from(["PNG", "JPEG"]), st.binary(max_size=60), st.integers(0, 2000))
def test_no_bytes_end_the_search(kind, junk, at):
    """However a file is broken, the walk over its blocks ends within it."""
    raw = _bytes(kind)
    raw = raw[:at] + junk + raw[at:]
    end = blocks.png(raw)[0] if kind == "PNG" else beside.jpeg(raw)[1]
    assert end >= 2


@pytest.mark.parametrize("signs", ["marker", "dead pixel", "rim", "letters"])
def test_what_is_no_film_does_not_set_the_contrast(tmp_path, signs):
    """12 bits in a 16-bit PNG with a white marker look as they do without one."""
    film = thorax(200).astype(np.uint16) * 16
    plain = films.read(png(tmp_path / "a.png", film)).pixels
    marked = film.copy()
    where = {"marker": np.s_[5:25, 5:25], "dead pixel": np.s_[100, 100], "rim": np.s_[:8],
             "letters": np.s_[180:190, 20:120:3]}[signs]  # fmt: skip
    marked[where] = 65535
    read = films.read(png(tmp_path / "b.png", marked)).pixels
    assert abs(int(np.median(read)) - int(np.median(plain))) <= 3
    assert films.spread(marked).mean() > 80
