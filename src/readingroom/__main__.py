"""``python -m readingroom`` is the command ``readingroom``."""

from readingroom.cli import app

app(prog_name="readingroom")
