"""The class report: how hard each exercise was, the commonest wrong answers, who needs help."""

from __future__ import annotations

from collections import Counter

from readingroom import pages
from readingroom.catalogue import catalogue
from readingroom.grading import result
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
    lessons = [number for number in catalogue() if any(r.lesson == number for r in rows)]
    return pages.render(
        "report",
        title="Class report",
        students=_count(len({row.student for row in rows}), "student"),
        notebooks=_count(len({(r.student, r.lesson) for r in rows}), "notebook"),
        help=[
            (student, lesson or "?", result.told(earned, most), "; ".join(why))
            for student, lesson, earned, most, why in need_help(rows)
        ],
        copies=[" and ".join(students) for students in aside.copies],
        unread=aside.unread,
        lessons=[_lesson(number, [r for r in rows if r.lesson == number]) for number in lessons],
    )


def _lesson(number: str, rows: list[Row]) -> dict:
    slugs = list(dict.fromkeys(row.exercise for row in rows))
    return {
        "title": f"{number} {catalogue()[number].title}",
        "mean": _mean(rows),
        "say": _say(rows),
        "difficulty": _difficulty(rows),
        "tasks": [_task(number, slug) for slug in slugs],
        "points": [_points(student, own, slugs) for student, own in _by_student(rows).items()],
    }


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _task(lesson: str, slug: str) -> str:
    exercise = exercises.of_lesson(lesson).get(slug)
    return exercise.task if exercise else slug


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


def _say(rows: list[Row]) -> list[tuple[str, int, str]]:
    """What to say in class: the commonest mistakes with the course's own sentence on each."""
    said: list[tuple[str, int, str]] = []
    for (lesson, slug), found in mistakes(rows).items():
        exercise = exercises.of_lesson(lesson).get(slug)
        for name, count in found:
            of_it = [r.reason for r in rows if r.exercise == slug and r.mistake == name]
            if exercise and of_it and count > 1:
                said.append((_task(lesson, slug), count, Counter(of_it).most_common(1)[0][0]))
    return sorted(said, key=lambda item: -item[1])[:COMMONEST]


def _difficulty(rows: list[Row]) -> list[dict]:
    common = mistakes(rows)
    return [
        {
            "task": _task(lesson, slug),
            "right": f"{right} of {n}",
            "percent": f"{share * 100:.0f}",
            "share": f"{share:.2f}",
            "wrong": common.get((lesson, slug), []),
        }
        for lesson, slug, right, n, share in difficulty(rows)
    ]


def _points(student: str, rows: list[Row], slugs: list[str]) -> tuple[str, str, list]:
    """Student, sum, and for each exercise a look and what is told; both empty where it lacks."""
    own = {row.exercise: row for row in rows}
    total = result.told(result.earned(rows), sum(row.max_points for row in rows))
    return student, total, [_short(own[slug]) if slug in own else ("", "") for slug in slugs]


def _short(row: Row) -> tuple[str, str]:
    if row.status == exercises.RIGHT:
        return "right", f"✓ {row.points:g}"
    look = "open" if row.status == exercises.NOT_ATTEMPTED else "no"
    return look, f"{row.points:g}" if row.points else row.status


def trouble(rows: list[Row]) -> list[str]:
    """Sentences for the teacher's screen: what the grader itself could not do."""
    reasons = Counter(row.reason for row in rows if row.status == result.NOT_GRADED)
    return [f"{reason} ({count} exercises)" for reason, count in reasons.items()]
