"""Reading Room: a hands-on course on AI for radiologists and other clinicians."""

__version__ = "0.1.0"
