"""Grading a class: hostile notebooks in, a table that a teacher can stand behind out."""
