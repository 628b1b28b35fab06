"""The learner's desk: working copy, contents, certificate, and the folder for an offline room."""
