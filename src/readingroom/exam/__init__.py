"""The test before and after the course: items, a sitting, its result, and a class of results."""
