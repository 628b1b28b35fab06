"""Class: a file judged by its name. Its first bytes say what it is; names compare as read."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import unicodedata
import zlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image, PngImagePlugin

from readingroom.data import adding, beside, films, intake
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


def test_a_folder_of_another_kind_says_what_it_holds(tmp_path):
    """Where there is no film at all the sentence names what is there."""
    for k in range(3):
        (tmp_path / "f").mkdir(exist_ok=True)
        Image.fromarray(thorax()).save(tmp_path / f"f/{k}.tif", "TIFF")
    with pytest.raises(DataError, match=r"it holds 3 TIFF"):
        adding.add(tmp_path / "f", None, "t", progress=False)


@settings(max_examples=100)
@given(st.text(st.characters(categories=["Ll", "Lu", "Mn"], exclude_characters="ıİ"), min_size=1,
               max_size=8), st.sampled_from(["NFC", "NFD"]),
       st.sampled_from(["NFC", "NFD"]))  # fmt: skip
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
     ("x/Ａ 1/b.png", "X\\a 1\\B.PNG")],
)  # fmt: skip
def test_a_name_that_looks_the_same_is_the_same(here, there):
    """Blanks, dashes, wide and unseen signs of spreadsheets, and two endings of one kind."""
    table = pd.DataFrame({"file": [there], "label": ["1"], "line": [2]})
    assert list(intake.matched(table, [here, "other/z.png"], Report())["path"]) == [here]


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
            return beside.text(image)

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
    end = beside._png(raw)[0] if kind == "PNG" else beside.jpeg(raw)[1]
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
