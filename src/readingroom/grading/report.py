"""The class report: how hard each exercise was, the commonest wrong answers, who needs help."""

from __future__ import annotations

from collections import Counter

from readingroom.catalogue import catalogue
from readingroom.grading import page, result
from readingroom.grading.batch import Aside
from readingroom.grading.result import Row
from readingroom.questions import exercises

HELP_BELOW = 0.5  # share of the points
COMMONEST = 3


def difficulty(rows: list[Row]) -> list[tuple[str, str, int, int, float]]:
    """Lesson, exercise, right answers, submissions, and mean share of the points."""
    out = []
    graded = [r for r in rows if r.lesson and r.points is not None]
    for lesson, exercise in dict.fromkeys((r.lesson, r.exercise) for r in graded):
        own = [r for r in graded if (r.lesson, r.exercise) == (lesson, exercise)]
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


def need_help(rows: list[Row]) -> list[tuple[str, str, float | None, float, list[str]]]:
    """Student, lesson, points, points there are, and what went wrong, for those below half.

    Whoever could not be graded is among them, without points.
    """
    out = []
    for student, lesson in dict.fromkeys((r.student, r.lesson) for r in rows):
        own = [r for r in rows if (r.student, r.lesson) == (student, lesson)]
        points, most = result.earned(own), sum(r.max_points for r in own)
        if points is not None and points >= HELP_BELOW * most and lesson:
            continue
        counts = Counter(r.status for r in own if r.status != exercises.RIGHT)
        whole_file = {r.reason for r in own} if len({r.reason for r in own}) == 1 else set()
        why = [*whole_file] or [
            f"{status}: {n} of {len(own)}" for status, n in counts.most_common()
        ]
        out.append((student, lesson, points, most, why))
    return out


def of_class(rows: list[Row], aside: Aside | None = None) -> str:
    """The page for the teacher.

    Parameters
    ----------
    rows : list of Row
    aside : Aside, optional
        What was found and not graded, and which notebooks are copies.
    """
    aside = aside or Aside()
    students = {row.student for row in rows}
    parts = [
        "<h1>Class report</h1>",
        f"<p>{_count(len(students), 'student')}, "
        f"{_count(len({(r.student, r.lesson) for r in rows}), 'notebook')}. "
        "For the teacher: it names students.</p>",
        "<h2>Who needs help</h2>",
        _help(rows),
        *_copied(aside),
        *_unread(aside),
    ]
    for lesson in [number for number in catalogue() if any(r.lesson == number for r in rows)]:
        own = [row for row in rows if row.lesson == lesson]
        title = page.text(f"{lesson} {catalogue()[lesson].title}")
        parts += [f"<h2>{title}</h2>", f"<p>{_mean(own)}</p>", _say(own), _difficulty(own)]
        parts += [f"<h3>Points</h3>{_points(own)}"]
    return page.page("Class report", "\n".join(parts))


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _task(lesson: str, slug: str) -> str:
    exercise = exercises.of_lesson(lesson).get(slug)
    return page.text(exercise.task if exercise else slug)


def _by_student(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.student, []).append(row)
    return found


def _mean(rows: list[Row]) -> str:
    by_student = _by_student(rows).values()
    most = max(sum(r.max_points for r in own) for own in by_student)
    sums = [points for own in by_student if (points := result.earned(own)) is not None]
    if not sums:
        return "Nobody's notebook could be graded."
    left = len(by_student) - len(sums)
    not_in = f" {_count(left, 'notebook')} could not be graded and is not in it." if left else ""
    return (
        f"Class mean {sum(sums) / len(sums):.1f} of {most:g} points ({len(sums)} graded).{not_in}"
    )


def _say(rows: list[Row]) -> str:
    """What to say in class: the commonest mistakes with the course's own sentence on each."""
    said: list[tuple[int, str]] = []
    for (lesson, slug), found in mistakes(rows).items():
        exercise = exercises.of_lesson(lesson).get(slug)
        for name, count in found:
            of_it = [r.reason for r in rows if r.exercise == slug and r.mistake == name]
            if exercise and of_it and count > 1:
                reason = page.text(Counter(of_it).most_common(1)[0][0])
                said.append((count, f"<li><b>{_task(lesson, slug)}</b> ({count} ×): {reason}</li>"))
    if not said:
        return ""
    lines = [line for _, line in sorted(said, key=lambda item: -item[0])[:COMMONEST]]
    return f"<h3>What to say in class</h3><ul>{''.join(lines)}</ul>"


def _copied(aside: Aside) -> list[str]:
    if not aside.copies:
        return []
    lines = [f"<li>{page.text(' and '.join(students))}</li>" for students in aside.copies]
    told = "Each line names students whose answered files are the same to the last byte. "
    told += "No points were taken; ask them."
    return ["<h2>The same file twice</h2>", f"<p>{told}</p><ul>{''.join(lines)}</ul>"]


def _unread(aside: Aside) -> list[str]:
    if not aside.unread:
        return []
    lines = [[page.text(part) for part in one] for one in aside.unread]
    return ["<h2>Found and not graded</h2>", page.table(["student", "where", "why"], lines)]


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
            [_task(lesson, slug), f"{right} of {n}", f"{bar} {share:.2f}",
             "<br>".join(f"{count} × {page.text(name)}" for name, count in wrong) or "none"]
        )  # fmt: skip
    head = ["exercise", "right", "mean share of points", "commonest wrong answers"]
    return page.table(head, lines, {1})


def _points(rows: list[Row]) -> str:
    slugs = list(dict.fromkeys(row.exercise for row in rows))
    lines = []
    for student, of_one in _by_student(rows).items():
        own = {row.exercise: row for row in of_one}
        cells = [_short(own[slug]) if slug in own else "" for slug in slugs]
        total = page.points(result.earned(of_one), sum(row.max_points for row in of_one))
        lines.append([page.text(student), total, *cells])
    lesson = rows[0].lesson
    head = ["student", "points", *[_task(lesson, slug) for slug in slugs]]
    return page.table(head, lines, {1}, wide=True)


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
