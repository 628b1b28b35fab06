"""One page becomes two notebooks: stable ids, nbgrader's own stripping, plain refusals."""

from __future__ import annotations

import importlib
import re
import shutil

import nbformat
import pytest

from readingroom.author import build, manuscript
from readingroom.author.glossary import parse
from readingroom.catalogue import catalogue, find
from readingroom.questions import cells, exercises

HEAD = """---
kernelspec: {display_name: Python 3, language: python, name: python3}
---

+++ {"label": "title"}

# A page
"""


def test_printed_notebooks_are_what_their_pages_print(repository, tmp_path):
    """A rebuild in an empty folder gives the same bytes as the committed files, outputs aside."""
    assert build.drift(repository) == []
    shutil.copytree(repository / "book", tmp_path / "book", ignore=shutil.ignore_patterns("_*"))
    build.write(tmp_path)
    for lesson in catalogue().values():
        for kind in ("solutions", "lessons"):
            kept = lesson.notebook(kind, repository).read_text("utf-8")
            fresh = lesson.notebook(kind, tmp_path).read_text("utf-8")
            assert build.without_outputs(kept) == fresh
            assert kind == "solutions" or kept == fresh


def test_drift_is_noticed(repository, tmp_path):
    """A hand edit of a printed notebook is named by `build --check`."""
    for part in ("book", "lessons", "solutions"):
        shutil.copytree(repository / part, tmp_path / part, ignore=shutil.ignore_patterns("_*"))
    assert build.drift(tmp_path) == []
    path = find("03").notebook("lessons", tmp_path)
    path.write_text(path.read_text("utf-8").replace("Exercise", "Exercize", 1), "utf-8")
    assert build.drift(tmp_path) == [path.relative_to(tmp_path).as_posix()]


@pytest.mark.parametrize("number", list(catalogue()))
def test_cell_ids_are_labels_and_points_live_with_the_check(number, repository):
    """Ids are unique typed labels; each exercise has one answer cell and one check cell."""
    book = nbformat.read(find(number).notebook("lessons", repository), as_version=4)
    ids = [cell.id for cell in book.cells]
    assert len(set(ids)) == len(ids) and all(manuscript.LABEL.fullmatch(name) for name in ids)
    known = exercises.of_lesson(number)
    graded = {
        c.id: c.metadata.nbgrader.points
        for c in book.cells
        if c.metadata.get("nbgrader", {}).get("grade")
    }
    assert graded == {f"check-{slug}": exercise.points for slug, exercise in known.items()}
    answer_cells = {c.id for c in book.cells if c.metadata.get("nbgrader", {}).get("solution")}
    assert answer_cells == set(known)
    code = [c for c in book.cells if c.cell_type == "code"]
    assert all("nbgrader" in c.metadata for c in code)


@pytest.mark.parametrize("number", list(catalogue()))
def test_no_cell_gives_an_answers_name_another_meaning(number, repository):
    """Whoever goes back and runs a check again has their answer judged, not another cell's value.

    A cell may hand the answer itself on under its own name (`rr.carry`).
    """
    learner = nbformat.read(find(number).notebook("lessons", repository), as_version=4)
    code = [cell for cell in learner.cells if cell.cell_type == "code"]
    answers = {name for cell in code if cells.is_answer(cell) for name in cells.sets(cell.source)}
    for cell in code:
        if not cells.is_answer(cell):
            carried = {
                name for line in cell.source.splitlines() if "rr.carry(" in line
                for name in cells.sets(line.strip())
            }  # fmt: skip
            assert not (cells.binds(cell.source) - carried) & answers, cell.id


@pytest.mark.parametrize("number", list(catalogue()))
def test_no_answer_leaks_into_the_learners_notebook(number, repository):
    """No line of a solution stands in the learner's notebook, and no constant of an answer."""
    solved = nbformat.read(find(number).notebook("solutions", repository), as_version=4)
    learner = nbformat.read(find(number).notebook("lessons", repository), as_version=4)
    text = "\n".join(cell.source for cell in learner.cells)
    assert "BEGIN SOLUTION" not in text and "END SOLUTION" not in text
    for cell in solved.cells:
        if not cell.metadata.get("nbgrader", {}).get("solution"):
            continue
        inside = cell.source.split("### BEGIN SOLUTION")[1].split("### END SOLUTION")[0]
        for line in filter(None, (line.strip() for line in inside.splitlines())):
            alone = [x for x in text.splitlines() if x.strip() == line]
            assert not alone or "solution" not in line, line
            cell_now = next(c for c in learner.cells if c.id == cell.id)
            assert line not in cell_now.source and "..." in cell_now.source


@pytest.mark.parametrize("number", list(catalogue()))
def test_a_solved_notebook_keeps_verdict_lines_only(number, repository):
    """Stored outputs are sentences that hold, several of them, and nothing else."""
    solved = nbformat.read(find(number).notebook("solutions", repository), as_version=4)
    lines = []
    for cell in solved.cells:
        if "nbval-check-output" in cell.metadata.get("tags", []):
            # nbval compares every output of such a cell, and only lines are kept to compare with
            assert not re.search(r"rr\.(headline|show)\b|display\(", cell.source), cell.id
        for output in cell.get("outputs", []):
            assert output.output_type == "stream" and "nbval-check-output" in cell.metadata.tags
            lines += output.text.splitlines()
    assert len(lines) >= 4
    assert all(line.startswith("✓ ") and line.endswith(".") for line in lines), lines


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("```{code-cell} ipython3\nx = 1\n```\n", "needs one of label, answer, check"),
        ("```{code-cell} ipython3\n:label: title\nx = 1\n```\n", "two cells are called 'title'"),
        ("```{code-cell} ipython3\n:label: Not A Label\nx = 1\n```\n", "is no label"),
        ("```{code-cell} ipython3\n:check: unheard-of\nx = 1\n```\n", "no check for the exercise"),
        ('+++ {"label": "more"}\n\n{term}`flux capacitor`\n', "not in book/glossary.md"),
        ("```{code-cell} ipython3\n:label: only\nx = 1\n```\n", "answer cells and checks"),
    ],
)
def test_a_faulty_page_is_refused_with_its_fault(tmp_path, page, says):
    """A page without labels, with doubles or unknown names gets one sentence."""
    path = tmp_path / "page.md"
    path.write_text(f"{HEAD}\n{page}", "utf-8")
    with pytest.raises(manuscript.ManuscriptError, match=says):
        manuscript.solved(path, find("03"))


def test_the_glossary_is_read_as_written():
    """Terms and definitions of a MyST glossary are found, definitions over several lines too."""
    text = "# G\n\n```{glossary}\nAUC\n  Chance that\n  one outranks.\n\nepoch\n  One pass.\n```\n"
    found = parse(text)
    assert found["auc"].definition == "Chance that one outranks."
    assert found["epoch"].anchor == "term-epoch"


def test_a_print_in_pieces_is_kept_as_one_output():
    """A busy kernel may hand a line over in two pieces; what is kept is one output all the same."""
    pieces = [
        nbformat.v4.new_output("stream", name="stdout", text=text) for text in ("✓ A.", "\n✓ B.\n")
    ]
    kept = build.joined(pieces)
    assert [output.text for output in kept] == ["✓ A.\n✓ B.\n"] and build.joined([]) == []


@pytest.mark.parametrize("number", catalogue())
def test_a_page_keeps_the_names_of_the_course(number, repository):
    """No line of a page gives `here`, the lesson's room, or `rr` to something else."""
    page = build.pages(repository)[number].read_text("utf-8")
    given = re.findall(r"^[ \t]*(?:here|rr)[ \t]*=(?!=)[ \t]*(.*)$", page, re.M)
    assert given and all(line.startswith("rr.lesson(") for line in given)


@pytest.mark.parametrize("number", catalogue())
def test_a_page_calls_only_what_its_room_has(number, repository):
    """Every `here.name` of a page is a public name of that lesson's room."""
    room = importlib.import_module(f"readingroom.lessons.l{number}")
    page = build.pages(repository)[number].read_text("utf-8")
    called = set(re.findall(r"\bhere\.(\w+)", page))
    assert called and called <= set(room.__all__), called - set(room.__all__)


TYPED_TOLERANCE = re.compile(
    r"±|toleran|accepted|forgiven|decimal|either side (is|are)|too many|round(ed|ing)? to",
    re.IGNORECASE,
)


def asked(repository, number: str) -> dict[str, str]:
    """What a page itself types between the heading of an exercise and its answer cell."""
    page = (repository / "book" / "lessons" / f"{find(number).slug}.md").read_text("utf-8")
    parts = re.split(r"^:answer: (.+)$", page, flags=re.MULTILINE)
    return {
        slug: before.rpartition("### Exercise")[2]
        for before, slug in zip(parts[::2], parts[1::2], strict=False)
    }


@pytest.mark.parametrize("number", list(catalogue()))
def test_a_page_and_its_check_state_one_tolerance(number, repository):
    """The check's own words stand before its answer cell, once; no page types a tolerance."""
    book = nbformat.read(find(number).notebook("lessons", repository), as_version=4)
    texts = [cell.source if cell.cell_type == "markdown" else cell.id for cell in book.cells]
    for slug, typed in asked(repository, number).items():
        spec = exercises.of_lesson(number)[slug]
        found = TYPED_TOLERANCE.search(typed)
        assert found is None, (slug, found)
        before = "\n".join(texts[: texts.index(slug)])
        last = before.rpartition(manuscript.ASKED)[2]
        assert not spec.accepted or last.count(spec.accepted) == 1, slug


@pytest.mark.parametrize("number", list(catalogue()))
def test_what_a_reply_says_to_type_is_a_line_of_its_page(number, repository):
    """Where a letter and a reason are asked for: this page's variables, one of its letters."""
    book = nbformat.read(find(number).notebook("lessons", repository), as_version=4)
    texts = {cell.id: i for i, cell in enumerate(book.cells)}
    for slug, spec in exercises.of_lesson(number).items():
        if spec.kind.name != "choice":
            continue
        names, _, answer = spec.unfit.rpartition(": ")[2].partition(" = ")
        assert book.cells[texts[slug]].source.startswith(f"{names} = "), slug
        heading = next(i for i in range(texts[slug], -1, -1) if "### " in book.cells[i].source)
        asked = "\n".join(cell.source for cell in book.cells[heading : texts[slug]])
        assert f"- **{answer[1]}**" in asked, slug


# exercise: what its answer says, which no text says in the open before that answer
SAID_BY_THE_ANSWER = {
    ("08", "which-interval"): ('say "better"', '"cannot tell"'),
    ("08", "coverage"): ("went wrong",),
    ("05", "sanity"): ("edge filter",),
    ("06", "spot-it"): ("the letter", "letters"),
    ("06", "external-enough"): ("the same everywhere", "not enough"),
}


SHOWN_AFTER = {
    "05": {"your-box-shown": "your-box-first", "sanity-names": "sanity"},
    "06": {"unplanted": "spot-it"},
    "08": {
        "both-random": "which-interval",
        "sitting-beside": "read-alone",
        "my-report": "read-with-ai",
    },
}


@pytest.mark.parametrize("number", list(SHOWN_AFTER))
def test_a_cell_that_says_an_answer_waits_for_it(number, repository):
    """What names the answer asks `committed`, whether or not it goes on with the learner's own."""
    book = nbformat.read(find(number).notebook("lessons", repository), as_version=4)
    cells = {cell.id: cell.source for cell in book.cells}
    for label, slug in SHOWN_AFTER[number].items():
        assert f'rr.committed("{slug}")' in cells[label], label


@pytest.mark.parametrize(("number", "slug"), list(SAID_BY_THE_ANSWER))
def test_no_text_says_an_answer_before_it_is_given(number, slug, repository):
    """Up to the next question a text in the open holds nothing that the answer would say."""
    book = nbformat.read(find(number).notebook("lessons", repository), as_version=4)
    ids = [cell.id for cell in book.cells]
    later = [i for i, one in enumerate(ids) if i > ids.index(slug) and f"check-{one}" in ids]
    until = later[0] if later else ids.index("quiz")
    told = "\n".join(c.source for c in book.cells[:until] if c.cell_type == "markdown")
    told = re.sub(r"<details>.*?</details>", "", told, flags=re.DOTALL)
    assert [said for said in SAID_BY_THE_ANSWER[number, slug] if said in told] == []


def test_a_tolerance_without_a_place_is_refused(tmp_path):
    """Where the text of an exercise has no line that asks, the build says where it belongs."""
    page = tmp_path / "03.md"
    cell = "```{{code-cell}} ipython3\n:{}: dull-baseline\n\n...\n```\n\n"
    page.write_text(HEAD + cell.format("answer") + cell.format("check"), "utf-8")
    with pytest.raises(manuscript.ManuscriptError, match="dull-baseline"):
        manuscript.solved(page, find("03"))


SHOWS = re.compile(r"\bprint\(|\bhere\.\w+\(|\brr\.(show|headline|verdict)\b")


@pytest.mark.parametrize("number", list(catalogue()))
def test_a_cell_that_goes_on_with_an_answer_shows_nothing_before_there_is_one(number, repository):
    """Whoever runs past the dots sees no label, box or list: each cell that carries an answer and
    shows something asks `committed` for each of them, and shows nothing unless it was told so."""
    book = nbformat.read(find(number).notebook("lessons", repository), as_version=4)
    carried = [
        (cell.id, name, cell.source)
        for cell in book.cells
        if cell.cell_type == "code"
        for name in re.findall(r'rr\.carry\("([a-z0-9-]+)"\)', cell.source)
    ]
    assert {name for _, name, _ in carried} == set(exercises.module(number).CARRIED)
    for cell_id, name, source in carried:
        before, asks, _ = source.partition("if rr.committed(")
        shown = SHOWS.search(before if asks else source)
        assert shown is None, (cell_id, shown)
        assert f'rr.committed("{name}")' in source or not SHOWS.search(source), (cell_id, name)
    sealed = {slug for slug, spec in exercises.of_lesson(number).items() if spec.sealed}
    for cell_id, name, source in carried:
        assert name not in sealed or f'rr.committed("{name}")' in source, (cell_id, name)
