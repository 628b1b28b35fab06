"""A learner's folder becomes a cohort, its faults rows of a report, and it stays untouched."""

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from readingroom import data
from readingroom.data import adding, home, intake, needs, own
from readingroom.data.commands import app

from .films_made import dicom, png, thorax


def sums(folder):
    """Return every file of a folder with its hash and time, to see that nothing changed."""
    return {
        str(p.relative_to(folder)): (hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_mtime)
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def write_csv(path, rows, **more):
    pd.DataFrame(rows).to_csv(path, index=False, **more)
    return path


@pytest.fixture
def ward(tmp_path):
    """Thirty patients with two PNG films each, half of them ill, and their table."""
    folder, rows = tmp_path / "ward", []
    for k in range(60):
        name = f"films/{k:03d}.png"
        png(folder / name, thorax(48, seed=k))
        label = "pneumonia" if (k // 2) % 2 else "normal"
        view = "AP" if k % 2 else "PA"
        rows.append({"file": name, "label": label, "patient": f"P{k // 2}", "view": view})
    return folder, rows


def add(folder, rows=None, name=None, **more):
    csv = write_csv(folder.parent / "labels.csv", rows) if rows is not None else None
    return adding.add(folder, csv, name, progress=False, **more)


def test_folder_becomes_a_cohort(ward, tmp_path):
    """Films, labels, patients and views arrive; splits are by patient; the folder is untouched."""
    folder, rows = ward
    before = sums(folder)
    report = add(folder, rows)
    assert report.name == "ward" and report.found == {"files": 60, "other": 0, "films": 60}
    cohort = data.load("ward", size=32, progress=False)
    assert cohort.images.shape == (60, 32, 32) and cohort.source == "own"
    assert cohort.banner() == "YOUR DATA: ward, 60 films, recorded not verified"
    assert cohort.label_name == "pneumonia"
    ill = {row["file"] for row in rows if row["label"] == "pneumonia"}
    assert set(cohort.table.loc[cohort.table["label"] == 1, "file"]) == ill
    assert cohort.table.groupby("patient")["split"].nunique().max() == 1
    assert sums(folder) == before
    assert list(home.home().iterdir()) == [own.shelf()]


def test_chosen_for_the_kernel(ward, monkeypatch):
    """READINGROOM_COHORT=ward makes every cohort a lesson asks for the learner's own."""
    add(*ward)
    monkeypatch.setenv("READINGROOM_COHORT", "ward")
    assert data.choose([("children", 64)]) == "ward"
    assert data.load("children", size=32, progress=False).name == "ward"


def test_second_load_needs_no_folder(ward):
    """A working copy serves later lessons; the first load checks that nothing has changed."""
    folder, rows = ward
    add(folder, rows)
    assert len(data.load("ward", size=64, progress=False).images) == 60
    first = data.load("ward", size=32, progress=False).fingerprint()
    folder.rename(folder.with_name("elsewhere"))
    assert data.load("ward", size=32, progress=False).fingerprint() == first
    with pytest.raises(data.DataError, match="bring the folder back"):
        data.load("ward", size=16, progress=False)


def test_changed_film_is_noticed(ward):
    """A film exchanged after adding is not used under the old label."""
    folder, rows = ward
    add(folder, rows)
    png(folder / "films/000.png", thorax(48, seed=999))
    with pytest.raises(data.Damaged, match="has changed"):
        data.load("ward", size=32, progress=False)


def test_everything_wrong_at_once(ward, tmp_path):
    """Each fault is a row of the report, costs at most its own film, and never a traceback."""
    folder, rows = ward
    films = folder / "films"
    whole = (films / "000.png").read_bytes()
    (films / "cut.png").write_bytes(whole[: len(whole) // 2])
    (films / "empty.png").write_bytes(b"")
    (films / "copy.png").write_bytes(whole)
    (films / "contradiction.png").write_bytes((films / "001.png").read_bytes())
    png(films / "extra.png", thorax(48, seed=1000))
    png(films / "unlabelled.png", thorax(48, seed=1001))
    png(films / "typo.png", thorax(48, seed=1002))
    dicom(films / "nopixels.dcm", thorax(), PixelData=None)
    dicom(films / "loop.dcm", np.stack([thorax()] * 3))
    dicom(films / "named.dcm", thorax(48, seed=1003), PatientName="Mustermann^Erika", PatientID="9")
    (films / "link.png").symlink_to(films / "link.png")
    (folder / "again").symlink_to(folder)
    (folder / "notes.txt").write_text("not a film")
    png(folder / "other/000.png", thorax(48, seed=1004))
    for name, label in (
        ("cut.png", "normal"),
        ("empty.png", "normal"),
        ("copy.png", "normal"),
        ("contradiction.png", "pneumonia"),
        ("unlabelled.png", ""),
        ("typo.png", "pnuemonia"),
        ("nopixels.dcm", "normal"),
        ("loop.dcm", "normal"),
        ("named.dcm", "normal"),
        ("link.png", "normal"),
        ("missing.png", "normal"),
        ("000.png", "normal"),
        ("films/002.png", "pneumonia"),
    ):
        rows.append({"file": name, "label": label, "patient": "", "view": "sideways"})
    before = sums(folder / "films")
    report = add(folder, rows)
    assert report.counts() == {
        "unreadable": 5,
        "no film": 1,
        "ambiguous": 1,
        "no label": 2,
        "label missing": 1,
        "label typo": 1,
        "doubled row": 1,
        "two labels": 2,
        "duplicated": 1,
        "not understood": 1,
        "link": 1,
        "mixed views": 1,
        "identity in header": 1,
    }
    assert "Mustermann" not in json.dumps(report.rows)
    cohort = data.load("ward", size=32, progress=False)
    assert len(cohort.table) == report.found["films"] == 60
    assert sums(folder / "films") == before


def test_duplicates_of_the_picture_in_another_file(ward):
    """The same picture saved again is a duplicate although its bytes differ."""
    folder, rows = ward
    png(folder / "films/again.png", thorax(48, seed=0), compress_level=1)
    rows.append({"file": "again.png", "label": "normal", "patient": "", "view": ""})
    report = add(folder, rows)
    assert report.counts()["duplicated"] == 1


def test_given_split_is_kept_and_its_leak_reported(ward):
    """Patients in two parts are named; --resplit puts it right."""
    folder, rows = ward
    for k, row in enumerate(rows):
        row["split"] = ("train", "train", "train", "valid", "test")[k % 5]
    report = add(folder, rows)
    assert report.counts()["patients in two splits"] > 0
    cohort = data.load("ward", progress=False)
    assert dict(cohort.table["split"].value_counts()) == {"train": 36, "val": 12, "test": 12}
    report = add(folder, rows, resplit=True, replace=True)
    assert "patients in two splits" not in report.counts()


def test_split_that_lacks_a_part(ward):
    """A table with train and test only is split anew, and that is said."""
    folder, rows = ward
    for k, row in enumerate(rows):
        row["split"] = "test" if k % 4 == 0 else "train"
    assert "split anew" in add(folder, rows).said()


def test_folders_as_labels(tmp_path):
    """One folder per class needs no table; folders called train and test become splits."""
    for part in ("train", "valid", "test"):
        for k in range(6):
            seed = hash((part, k)) % 10_000
            png(tmp_path / f"f/{part}/{k % 2}_x{'ab'[k % 2]}/{part}{k}.png", thorax(32, seed))
    add(tmp_path / "f", name="classes")
    cohort = data.load("classes", size=16, progress=False)
    assert cohort.label_name == "xb" and len(cohort.table) == 18
    assert dict(cohort.table["split"].value_counts()) == {"train": 6, "val": 6, "test": 6}


def test_dicom_folder_as_exported(tmp_path):
    """Files without endings, patients, sex and view from the header, numbers of patients hidden."""
    rows = []
    for k in range(20):
        ill, view = k % 2, "AP" if k % 3 else "PA"
        tags = {"PatientID": f"44-{k // 2}", "PatientSex": "M", "ViewPosition": view}
        dicom(tmp_path / f"dcm/IM{k:04d}", thorax(40, seed=k), "MONOCHROME1", 12, **tags)
        rows.append({"filename": f"IM{k:04d}", "target": ill})
    report = add(tmp_path / "dcm", rows, name="exported")
    cohort = data.load("exported", size=32, progress=False)
    assert report.found["films"] == 20 and cohort.label_name == "target"
    assert set(cohort.table["sex"]) == {"M"} and set(cohort.table["view"]) == {"AP", "PA"}
    assert cohort.table["patient"].nunique() == 10
    assert "44-" not in (own.shelf() / "exported/table.csv").read_text()


def test_tuberculosis_sets_as_downloaded(tmp_path):
    """The Library's folders are recognised: labels, sex and age, and lung outlines left alone."""
    folder = tmp_path / "MontgomerySet"
    for k in range(20):
        stem = f"MCUCXR_{k:04d}_{k % 2}"
        png(folder / f"CXR_png/{stem}.png", thorax(40, seed=k))
        png(folder / f"ManualMask/leftMask/{stem}.png", thorax(40, seed=100))
        text = f"Patient's Sex: {'FM'[k % 2]}\nPatient's Age: 0{30 + k}Y\nnormal\n"
        (folder / "ClinicalReadings").mkdir(exist_ok=True)
        (folder / f"ClinicalReadings/{stem}.txt").write_text(text)
    report = add(folder, name="montgomery")
    assert report.found["films"] == 20
    cohort = data.load("montgomery", size=32, progress=False)
    assert cohort.label_name == "tuberculosis" and cohort.table["label"].sum() == 10
    assert set(cohort.table["sex"]) == {"F", "M"} and cohort.table["age"].min() == 30
    assert set(cohort.table["view"]) == {"PA"}


def test_masks_and_scores_come_along(ward):
    """Outlines named in the table are read, and stored scores stay beside their films."""
    folder, rows = ward
    outline = np.zeros((48, 48), np.uint8)
    outline[10:20, 10:20] = 255
    png(folder / "films/000_mask.png", outline)
    for k, row in enumerate(rows):
        row |= {"score": k / 60, "mask": "films/000_mask.png" if k == 0 else ""}
    add(folder, rows)
    cohort = data.load("ward", size=48, progress=False)
    first = cohort.table.index[cohort.table["file"] == "films/000.png"][0]
    assert (cohort.masks[first] == (outline > 0)).all() and cohort.masks.sum() == 100
    assert cohort.table["score"].between(0, 1).all()


@pytest.mark.parametrize(
    "fault, said",
    [
        ("no folder", "is not a folder"),
        ("loop", "is not a folder"),
        ("empty folder", "no PNG, JPEG or DICOM"),
        ("no labels", "--labels"),
        ("one diagnosis", "one diagnosis alone"),
        ("wrong names", "None of the 60 films is named"),
        ("all broken", "No film is left"),
        ("two films", "part has no film"),
        ("name taken", "stands for something else"),
        ("odd name", "cannot be a cohort's name"),
        ("home inside", "never written to"),
    ],
)
def test_folders_that_make_no_cohort(ward, tmp_path, monkeypatch, fault, said):
    """Each ends in one plain sentence, and no cohort is left behind."""
    folder, rows = ward
    more = {}
    if fault == "no folder":
        folder = tmp_path / "nothing"
    elif fault == "loop":
        folder = tmp_path / "round"
        folder.symlink_to(folder)
    elif fault == "empty folder":
        folder = tmp_path / "empty"
        folder.mkdir()
    elif fault == "no labels":
        rows = None
    elif fault == "one diagnosis":
        rows = [row | {"label": "COVID-19"} for row in rows]
    elif fault == "wrong names":
        rows = [row | {"file": f"x{k}"} for k, row in enumerate(rows)]
    elif fault == "all broken":
        for path in folder.rglob("*.png"):
            path.write_bytes(path.read_bytes()[:50])
    elif fault == "two films":
        rows = rows[:4]
    elif fault == "name taken":
        more = {"name": "children"}
    elif fault == "odd name":
        more = {"name": "../up"}
    else:
        monkeypatch.setenv("READINGROOM_HOME", str(folder / "home"))
    with pytest.raises(data.DataError, match=said) as caught:
        add(folder, rows, **more)
    assert len(str(caught.value).splitlines()) == 1
    assert own.names() == []


def test_same_name_twice(ward):
    """A cohort is not overwritten by accident, and is replaced when asked."""
    add(*ward)
    with pytest.raises(data.DataError, match="--replace"):
        add(*ward)
    assert add(*ward, replace=True).name == "ward"
    assert own.names() == ["ward"]


def test_forget_removes_the_copies_only(ward):
    """Forgetting removes every working copy and nothing of the folder."""
    folder, rows = ward
    add(folder, rows)
    data.load("ward", progress=False)
    before = sums(folder)
    own.forget("ward")
    assert own.names() == [] and sums(folder) == before
    assert not (own.shelf() / "ward").exists()
    with pytest.raises(data.DataError, match="no cohort called 'ward'"):
        own.forget("ward")


def test_full_disk_while_adding(ward, monkeypatch):
    """A disk that is full ends in one sentence and leaves no half cohort."""
    import errno

    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    folder, _rows = ward
    for k, path in enumerate(sorted((folder / "films").glob("*.png"))):
        target = folder / ("0_normal" if k % 4 < 2 else "1_ill") / path.name
        target.parent.mkdir(exist_ok=True)
        path.rename(target)
    with pytest.raises(data.DataError, match="disk is full"):
        add(folder)
    assert own.names() == [] and not any(own.shelf().iterdir())


def test_twenty_thousand_files(tmp_path):
    """A large folder is gone through in seconds, and what has no row is counted, not decoded."""
    folder = tmp_path / "large"
    for k in range(40):
        png(folder / f"{k % 2}_{'ab'[k % 2]}/{k}.png", thorax(32, seed=k))
    sources = sorted(folder.rglob("*.png"))
    for k in range(20_000 - 40):
        copy = folder / "rest" / f"{k % 50}" / f"{k}.png"
        copy.parent.mkdir(parents=True, exist_ok=True)
        os.link(sources[k % 40], copy)
    csv = write_csv(
        tmp_path / "labels.csv",
        [{"file": str(p.relative_to(folder)), "label": p.parent.name[0]} for p in sources],
    )
    report = adding.add(folder, csv, "large", progress=False)
    assert report.found == {"files": 20_000, "other": 0, "films": 40}
    assert report.counts()["no label"] == 19_960
    assert len(report.said().splitlines()) < 20


def test_what_the_lessons_use(ward):
    """Each step says whether it runs on the learner's films or what stands in."""
    add(*ward)
    rows = needs.table(data.load("ward", progress=False))
    assert {row["lesson"] for row in rows} == {"00", "02", "03", "04", "05", "06"}
    by_step = {row["step"]: row for row in rows}
    assert by_step["patients shared between parts"]["uses"] == "your films"
    lacking = by_step["the view as a shortcut, who is missed"]
    assert (lacking["missing"], lacking["uses"]) == (["sex", "age"], "NIH-1000")
    assert by_step["does the map hit the finding"]["missing"] == ["stored maps"]
    assert all(row["uses"] for row in rows)


def run(*words):
    return CliRunner().invoke(app, [str(w) for w in words], prog_name="readingroom data")


def test_command_shows_report_and_next_step(ward, tmp_path):
    """The verb prints the report, who the patients are, what lessons use, and how to go on."""
    folder, rows = ward
    csv = write_csv(tmp_path / "labels.csv", [*rows, rows[0]])
    out = run("add", folder, "--labels", csv, "--json", tmp_path / "report.json")
    assert out.exit_code == 0, out.output
    for said in ("doubled row (1)", "60 chest films", "lessons use", "--cohort ward"):
        assert said in out.output
    kinds = {row["kind"] for row in json.loads((tmp_path / "report.json").read_text())}
    assert kinds == {"doubled row", "mixed views"}
    assert "ward" in run("list").output
    assert run("forget", "ward").exit_code == 0 and run("forget", "ward").exit_code == 1


def test_command_shows_the_report_even_if_nothing_comes_of_it(ward, tmp_path):
    """When all films are broken, the rows that say why are printed before the sentence."""
    folder, rows = ward
    for path in folder.rglob("*.png"):
        path.write_bytes(b"")
    csv = write_csv(tmp_path / "labels.csv", rows)
    out = run("add", folder, "--labels", csv)
    assert out.exit_code == 1 and "unreadable (60)" in out.stdout
    told = out.stderr.strip().splitlines()  # what goes on, where no bar can move, and how it ended
    assert told[0] == "Looking at films" and len(told) == 2 and "Traceback" not in out.output


def test_report_says_so_when_nothing_is_wrong():
    """An empty report is a sentence too."""
    assert intake.Report().said() == "nothing is wrong that could be seen"


@pytest.mark.real
def test_mirrors_nih_folder_is_a_cohort(real_mirror):
    """NIH-1000 as it lies there: normal or abnormal, its own splits, 30 patients straddling."""
    report = adding.add(real_mirror / "nih-1000", progress=False)
    cohort = data.load("my-nih-1000", progress=False)
    assert cohort.label_name == "abnormal" and cohort.table["label"].sum() == 500
    assert cohort.table["patient"].nunique() == 264
    assert report.counts() == {"patients in two splits": 30}


@pytest.mark.real
def test_mirrors_hannover_folder_is_a_cohort(real_mirror):
    """Hannover by view; by its only diagnosis it is refused; its burned-in words are suspected."""
    folder = real_mirror / "hannover-covid19"
    report = adding.add(
        folder, folder / "data.csv", "bedside", label_column="projection", progress=False
    )
    cohort = data.load("bedside", progress=False)
    assert cohort.label_name == "AP view" and cohort.table["label"].sum() == 194
    assert cohort.table["patient"].nunique() == 71
    assert report.counts()["burned-in text"] > 10
    with pytest.raises(data.DataError, match="no column 'diagnosis'"):
        adding.add(folder, folder / "data.csv", "x", label_column="diagnosis", progress=False)


def test_page_has_the_table_of_what_steps_need():
    """The datasheet for own folders states what the package does, row for row."""
    page = (Path(__file__).parents[2] / "datasets" / "own.md").read_text(encoding="utf-8")
    for need in needs.NEEDS:
        columns = ", ".join(need.columns) or "nothing but the label"
        row = f"| {need.lesson} | {need.step} | {columns} | {need.stand_in or 'not needed'} |"
        assert row in page
