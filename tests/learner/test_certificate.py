"""The certificate states what was passed and what is missing, and claims nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from readingroom import __version__
from readingroom.catalogue import catalogue
from readingroom.kernel import progress
from readingroom.learner import certificate, plan

TODAY = date(2026, 3, 4)


@pytest.fixture(autouse=True)
def _own_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("READINGROOM_PROGRESS", str(tmp_path / "kept"))


def _pass(number, *, more=True, mode="simulated"):
    for task in plan.of_lesson(number).tasks:
        if more or not task.more:
            progress.note(number, task.slug, task.points, task.points, mode)


def _words(found) -> str:
    return "\n".join(text for _, text in certificate.lines(found))


def test_nothing_passed_is_refused_in_one_sentence(tmp_path):
    """Without a passed exercise, half points included, there is no page and no file."""
    number = next(iter(catalogue()))
    task = plan.of_lesson(number).tasks[0]
    progress.note(number, task.slug, task.points / 2, task.points)
    with pytest.raises(certificate.CertificateError, match="nothing to certify"):
        certificate.write("A. Learner", tmp_path / "page.pdf", TODAY)
    assert not list(tmp_path.glob("page.*"))


@pytest.mark.parametrize("name", ["", "  ", "...", "…", None, "x" * 81, "a\x00b"])
def test_a_page_needs_a_name_that_fits(name):
    """No name, dots, or one that does not fit are told, not printed."""
    _pass(next(iter(catalogue())))
    with pytest.raises(certificate.CertificateError, match="name"):
        certificate.gather(name)


def test_a_complete_course_is_certified_with_its_objectives():
    """With every must exercise right: name, points, day, films, version, each lesson's aims."""
    for number in catalogue():
        _pass(number, more=False)
    found = certificate.gather("  Åsa   O'Neil ", TODAY)
    words = _words(found)
    assert found.complete and words.startswith("Certificate\nÅsa O'Neil")
    for number, lesson in catalogue().items():
        assert f"{number} · {lesson.title}: passed" in words
        assert all(objective in words for objective in plan.of_lesson(number).objectives)
    assert "films: simulated" in words and f"version {__version__}" in words
    assert "Issued 2026-03-04" in words and "What is missing" not in words


def test_an_incomplete_course_says_what_is_missing():
    """One open must exercise: a record, no certificate; that exercise is named, aims are not."""
    number = next(iter(catalogue()))
    first, *others = plan.of_lesson(number).must
    for task in others:
        progress.note(number, task.slug, task.points, task.points, "real")
    found = certificate.gather("A. Learner", TODAY)
    words = _words(found)
    assert not found.complete and words.startswith("Record of work so far")
    assert f"{number} · {catalogue()[number].title}: {first.title}" in words
    assert "begun, not complete" in words
    assert not any(objective in words for objective in plan.of_lesson(number).objectives)


def test_films_of_both_kinds_and_an_old_entry_are_told():
    """What was earned on real and on simulated films is told; an older entry is not guessed."""
    number = next(iter(catalogue()))
    one, two, three, *_ = plan.of_lesson(number).tasks
    progress.note(number, one.slug, one.points, one.points, "real")
    progress.note(number, two.slug, two.points, two.points, "simulated")
    assert certificate.gather("A", TODAY).lessons[0].films == "real and simulated"
    progress.note(number, three.slug, three.points, three.points)
    assert "not recorded" in certificate.gather("A", TODAY).lessons[0].films


def test_it_claims_no_conformity():
    """The page says what it is not, and no word of approval or of a standard stands on it."""
    _pass(next(iter(catalogue())))
    words = _words(certificate.gather("A. Learner", TODAY))
    assert certificate.LIMITS in words and "Never" not in certificate.LIMITS
    for claim in ("accredited", "certified by", "CME", "ISO", "MDR", "compliant", "qualified"):
        assert claim not in words


def test_the_pdf_is_whole_and_nothing_runs_off_the_page(tmp_path):
    """Every line lies within its A4 page, long courses take further pages, and a PDF is written."""
    for number in catalogue():
        _pass(number)
    target = tmp_path / "page.pdf"
    found = certificate.write("A. Learner", target, TODAY)
    data = target.read_bytes()
    made = certificate.pages(found)
    assert data.startswith(b"%PDF") and data.count(b"/Type /Page ") == len(made)
    for page in made:
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        canvas = FigureCanvasAgg(page)
        canvas.draw()
        for text in page.texts:
            box = text.get_window_extent(canvas.get_renderer())
            assert box.x0 >= 0 and box.y0 >= 0
            assert box.x1 <= 0.95 * page.bbox.width and box.y1 <= page.bbox.height
    printed = " ".join(text.get_text() for page in made for text in page.texts)
    assert " ".join(certificate.LIMITS.split()[:12]) in printed


def test_a_long_record_takes_further_pages():
    """Lines that do not fit on one page are on the next; none is lost."""
    _pass(next(iter(catalogue())))
    found = certificate.gather("A. Learner", TODAY)
    many = [("title", "T"), *[("point", f"line number {i}") for i in range(120)]]
    before = certificate.lines
    try:
        certificate.lines = lambda _: many
        made = certificate.pages(found)
    finally:
        certificate.lines = before
    printed = " ".join(text.get_text() for page in made for text in page.texts)
    assert len(made) >= 2 and all(f"line number {i}" in printed for i in range(120))


def test_in_a_notebook_it_answers_in_a_sentence(tmp_path, monkeypatch, capsys):
    """Dots give a sentence, a name gives a file beside the notebook."""
    monkeypatch.chdir(tmp_path)
    certificate.certificate("...")
    certificate.certificate()
    assert capsys.readouterr().out.count("Give your name") == 2
    _pass(next(iter(catalogue())))
    certificate.certificate("A. Learner")
    assert "Written" in capsys.readouterr().out and (tmp_path / certificate.FILE).is_file()
