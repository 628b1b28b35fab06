"""From manuscript to notebook, and what a notebook calls: lessons, checks, progress, rehearsal."""
