"""Plain nbgrader works on this course: solutions/ is its source, lessons/ its release."""

c = get_config()  # noqa: F821  (nbgrader gives it)

c.CourseDirectory.course_id = "readingroom"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "lessons"
# An answer follows its dots between the solution marks; only the dots are left for the learner.
c.ClearSolutions.code_stub = {"python": ""}
# A lesson trains a network and imports torch: a cell may take minutes on a slow machine.
c.ExecutePreprocessor.timeout = 600
