"""The class report: how hard each exercise was, the commonest wrong answers, who needs help."""

from __future__ import annotations

from collections import Counter

from readingroom.catalogue import catalogue
from readingroom.grading import page, result
from readingroom.grading.result import Row
from readingroom.questions import exercises

HELP_BELOW = 0.5  # share of the points
COMMONEST = 3


def difficulty(rows: list[Row]) -> list[tuple[str, str, int, int, float]]:
    """Lesson, exercise, right answers, submissions, and mean share of the points."""
    out = []
    for lesson, exercise in dict.fromkeys((r.lesson, r.exercise) for r in rows if r.lesson):
        own = [r for r in rows if (r.lesson, r.exercise) == (lesson, exercise)]
        right = sum(r.status == exercises.RIGHT for r in own)
        share = sum(r.points / r.max_points for r in own if r.max_points) / len(own)
        out.append((lesson, exercise, right, len(own), share))
    return out


def mistakes(rows: list[Row]) -> dict[tuple[str, str], list[tuple[str, int]]]:
    """Lesson and exercise to its commonest wrong answers with their counts."""
    found: dict[tuple[str, str], Counter] = {}
    for row in rows:
        if row.lesson and row.status in (exercises.WRONG, exercises.PARTLY):
            named = row.mistake or "none of the typical ones"
            found.setdefault((row.lesson, row.exercise), Counter())[named] += 1
    return {
        key: sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:COMMONEST]
        for key, counts in found.items()
    }


def need_help(rows: list[Row]) -> list[tuple[str, str, float, float, list[str]]]:
    """Student, lesson, points, points there are, and what went wrong, for those below half."""
    out = []
    for student, lesson in dict.fromkeys((r.student, r.lesson) for r in rows):
        own = [r for r in rows if (r.student, r.lesson) == (student, lesson)]
        earned, most = sum(r.points for r in own), sum(r.max_points for r in own)
        if earned >= HELP_BELOW * most and lesson:
            continue
        counts = Counter(r.status for r in own if r.status != exercises.RIGHT)
        whole_file = {r.reason for r in own} if len({r.reason for r in own}) == 1 else set()
        why = [*whole_file] or [f"{n} {status}" for status, n in counts.most_common()]
        out.append((student, lesson, earned, most, why))
    return out


def of_class(rows: list[Row]) -> str:
    """The page for the teacher."""
    students = sorted({row.student for row in rows})
    parts = [
        "<h1>Class report</h1>",
        f"<p>{len(students)} students, {len({(r.student, r.lesson) for r in rows})} notebooks. "
        "For the teacher: it names students.</p>",
        "<h2>Who needs help</h2>",
        _help(rows),
    ]
    for lesson in [number for number in catalogue() if any(r.lesson == number for r in rows)]:
        own = [row for row in rows if row.lesson == lesson]
        title = page.text(f"{lesson} {catalogue()[lesson].title}")
        parts += [f"<h2>{title}</h2>", _difficulty(own), f"<h3>Points</h3>{_points(own)}"]
    return page.page("Class report", "\n".join(parts))


def _help(rows: list[Row]) -> str:
    lines = [
        [page.text(student), page.text(lesson or "?"), page.points(earned, most),
         page.text("; ".join(why))]
        for student, lesson, earned, most, why in need_help(rows)
    ]  # fmt: skip
    if not lines:
        return "<p>Everybody has at least half of the points.</p>"
    return page.table(["student", "lesson", "points", "what happened"], lines, {2})


def _difficulty(rows: list[Row]) -> str:
    common, lines = mistakes(rows), []
    for lesson, slug, right, n, share in difficulty(rows):
        wrong = common.get((lesson, slug), [])
        bar = f'<span class="bar"><i style="width:{share * 100:.0f}%"></i></span>'
        lines.append(
            [page.text(slug), f"{right} of {n}", f"{bar} {share:.2f}",
             "<br>".join(f"{count} × {page.text(name)}" for name, count in wrong) or "none"]
        )  # fmt: skip
    head = ["exercise", "right", "mean share of points", "commonest wrong answers"]
    return page.table(head, lines, {1})


def _points(rows: list[Row]) -> str:
    slugs = list(dict.fromkeys(row.exercise for row in rows))
    lines = []
    for student in dict.fromkeys(row.student for row in rows):
        own = {row.exercise: row for row in rows if row.student == student}
        cells = [_short(own[slug]) if slug in own else "" for slug in slugs]
        lines.append([page.text(student), f"{sum(r.points for r in own.values()):g}", *cells])
    head = ["student", "points", *[page.text(slug) for slug in slugs]]
    return page.table(head, lines, {1})


def _short(row: Row) -> str:
    if row.status == exercises.RIGHT:
        return f'<span class="right">✓ {row.points:g}</span>'
    look = "open" if row.status == exercises.NOT_ATTEMPTED else "no"
    told = f"{row.points:g}" if row.points else page.text(row.status)
    return f'<span class="{look}">{told}</span>'


def trouble(rows: list[Row]) -> list[str]:
    """Sentences for the teacher's screen: what the grader itself could not do."""
    reasons = Counter(row.reason for row in rows if row.status == result.NOT_GRADED)
    return [f"{reason} ({count} exercises)" for reason, count in reasons.items()]
