"""The checks of each lesson: points, hints, typical wrong answers, reference functions.

The class grader's sandbox mounts the package without this folder.
"""
