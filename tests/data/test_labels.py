"""A hospital's table of labels is understood, or refused in one sentence."""

import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from readingroom import data
from readingroom.data import labels


def table(tmp_path, text, encoding="utf-8", **more):
    path = tmp_path / "labels.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return labels.read(path, **more)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_separators_and_encodings(tmp_path, separator, encoding):
    """Exports of Excel in any country read the same."""
    lines = ["Image Index,Finding,Patient ID", "a.png,normal,1", "b.png,pneumonia,2"]
    read = table(tmp_path, "\r\n".join(lines).replace(",", separator), encoding)
    assert list(read.rows["file"]) == ["a.png", "b.png"]
    assert list(read.rows["patient"]) == ["1", "2"] and read.remarks == []


def test_not_utf8_is_read_and_remarked(tmp_path):
    """A Windows table with accents is read, and the doubt is said."""
    read = table(tmp_path, "file,label\nMüller.png,1\n", "cp1252")
    assert read.rows["file"][0] == "Müller.png"
    assert "Windows-1252" in read.remarks[0][1]


def test_one_column_can_serve_twice(tmp_path):
    """The view can be the label and still be known as the view."""
    read = table(tmp_path, "image_id,projection\na,ap\nb,pa\n", label_column="projection")
    assert list(read.rows["label"]) == list(read.rows["view"]) == ["ap", "pa"]


def test_ragged_lines(tmp_path):
    """A short line is filled up, a long one is left out and said."""
    read = table(tmp_path, "file,label,age\na.png,1\nb.png,0,50,extra\n\nc.png,1,60\n")
    assert list(read.rows["file"]) == ["a.png", "c.png"] and read.rows["age"][0] == ""
    assert read.remarks == [("line 3", "4 fields where the header has 3")]


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "no rows below its header"),
        (b"file,label\n", "no rows below its header"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"file,label\na\0b,1\n", "not a text file"),
        (b"a,b\n1,2\n", "--file-column, one of a, b"),
        (b"file,b\n1,2\n", "--label-column, one of file, b"),
        (b"file,file,label\n1,2,3\n", "two columns called 'file'"),
    ],
)
def test_tables_that_cannot_serve(tmp_path, content, said):
    """Each is refused in one sentence that says what to do."""
    with pytest.raises(data.DataError, match=said) as caught:
        table(tmp_path, content)
    assert len(str(caught.value).splitlines()) == 1


def test_column_that_is_not_there(tmp_path):
    """A column asked for and missing is answered with those that are there."""
    with pytest.raises(data.DataError, match="no column 'diagnosis'; its columns are file, view"):
        table(tmp_path, "file,view\na,ap\n", label_column="diagnosis")


def test_table_that_is_not_there(tmp_path):
    """A wrong path is one sentence."""
    with pytest.raises(data.DataError, match="check the path"):
        labels.read(tmp_path / "nothing.csv")


@pytest.mark.parametrize(
    "words, ones, name",
    [
        (["0", "1"], ["1"], "finding"),
        (["0.0", "1.0"], ["1.0"], "finding"),
        (["no", "Yes"], ["Yes"], "finding"),
        (["Normal", "Pneumonia"], ["Pneumonia"], "pneumonia"),
        (["0_normal", "1_abnormal"], ["1_abnormal"], "abnormal"),
        (["ap", "pa"], ["ap"], "AP view"),
        (["No Finding", "Effusion "], ["Effusion "], "effusion"),
    ],
)
def test_words_of_habit(words, ones, name):
    """What everybody means by these words needs no option."""
    meant = labels.meaning(words * 30, "finding")
    assert meant.name == name and not meant.typos
    assert [word for word, value in meant.label.items() if value] == ones


def test_label_asked_for_among_lists_of_findings():
    """One finding of a list such as NIH's is label 1 where it occurs."""
    words = ["Effusion", "Mass|Effusion", "Mass", "No Finding"] * 10
    meant = labels.meaning(words, "findings", "effusion")
    assert meant.label == {"Effusion": 1, "Mass|Effusion": 1, "Mass": 0, "No Finding": 0}


def test_slips_of_the_pen_are_found():
    """A rare word that resembles a frequent one is a slip, an opposite is not."""
    words = ["pneumonia"] * 60 + ["normal"] * 60 + ["pnuemonia", "nromal"]
    assert labels.meaning(words, "label").typos == {"pnuemonia": "pneumonia", "nromal": "normal"}
    assert labels.meaning(words, "label", "pneumonia").typos["pnuemonia"] == "pneumonia"
    assert labels.meaning(["normal"] * 80 + ["abnormal"], "label").typos == {}


@pytest.mark.parametrize(
    "words, positive, said",
    [
        (["COVID-19"] * 5, None, "one diagnosis alone"),
        (["", " "], None, "empty"),
        (["cat", "dog"], None, "--positive 'cat'"),
        (["a1", "b2", "normal"], None, "not plain"),
        (["normal", "mass"], "efusion", "No film is labelled 'efusion'"),
        (["mass", "mass|x"], "mass", "one diagnosis alone"),
    ],
)
def test_labels_that_cannot_be_told_apart(words, positive, said):
    """One diagnosis, or several without a word which is label 1, is refused."""
    with pytest.raises(data.DataError, match=said):
        labels.meaning(words, "label", positive)


def test_words_about_patients():
    """Sex, age, view and split come out in the course's words; the rest is remarked."""
    rows = pd.DataFrame(
        {
            "file": ["a", "b", "c", "d"],
            "sex": ["f", "Male", "w", "?"],
            "age": ["057Y", "18 m", "155", ""],
            "view": ["pa", "AP supine", "lateral", "oblique"],
            "split": ["Training", "valid", "test", "x"],
            "score": ["0,5", "1", "nan", "high"],
        }
    )
    tidy, remarks = labels.tidy(rows)
    assert tidy["sex"].tolist() == ["F", "M", "F", None]
    assert tidy["age"].tolist()[:2] == [57.0, 1.5] and tidy["age"].isna().tolist()[2:] == [True] * 2
    assert tidy["view"].tolist() == ["PA", "AP", "lateral", None]
    assert tidy["split"].tolist() == ["train", "val", "test", None]
    assert tidy["score"].tolist()[:2] == [0.5, 1.0]
    assert ("c", "age '155' not understood") in remarks and len(remarks) == 6


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_one_sentence(tmp_path_factory, content):
    """Whatever a file called CSV holds, it is a table or one plain sentence."""
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(b"file,label\n" + content)
    try:
        assert len(labels.read(path).rows) >= 0
    except data.DataError as problem:
        assert len(str(problem).splitlines()) == 1


@settings(max_examples=200)
@given(st.lists(st.text(max_size=8), min_size=1, max_size=40))
def test_any_words_mean_something_or_one_sentence(words):
    """Each word is 0, 1, a slip or doubtful, or the column is refused."""
    try:
        meant = labels.meaning(words, "label")
    except data.DataError as problem:
        assert len(str(problem)) < 400
    else:
        assert set(meant.label.values()) == {0, 1}
        assert {w for w in words if w.strip()} <= {*meant.label, *meant.typos, *meant.doubtful}


@pytest.mark.parametrize(
    ("ours", "one", "other", "option"),
    [
        ("label", "label", "Target", "--label-column"),
        ("label", "class", "Finding Labels", "--label-column"),
        ("file", "image", "path", "--file-column"),
        ("patient", "patient", "PatientID", "rename"),
        ("sex", "sex", "gender", "rename"),
        ("split", "set", "split", "rename"),
        ("score", "prediction", "probability", "rename"),
    ],
)
def test_two_columns_that_may_be_meant_are_asked_about(tmp_path, ours, one, other, option):
    """Two columns of one meaning that differ are a question; equal ones are one."""
    rest = {"file": "a.png", "label": "1"}
    rest.pop(ours, None)
    head, cells = ",".join([*rest, one, other]), ",".join(rest.values())
    with pytest.raises(data.DataError, match=f"two columns that may be the {ours}.*{option}"):
        table(tmp_path, f"{head}\n{cells},x,y\n")
    assert table(tmp_path, f"{head}\n{cells},x,X\n").source[ours] == one


@pytest.mark.parametrize(
    "title", ["MRN", "Patienten-ID", "PatientNr.", "participant_id", "患者番号"]
)
def test_patients_have_many_titles(tmp_path, title):
    """The column of patients is known by its usual titles; what is not known is named."""
    read = table(tmp_path, f"file,label,{title},room\na.png,1,4711,B\n")
    assert read.rows["patient"][0] == "4711" and read.unused == ["room"]


def test_numbers_in_two_ways_end_adding_in_a_sentence():
    """A column of scores that can be read in two ways is refused, not a traceback."""
    rows = pd.DataFrame({"file": ["a", "b"], "score": ["1.410", "987"]})
    with pytest.raises(data.DataError, match="a thousand to some"):
        labels.tidy(rows)
