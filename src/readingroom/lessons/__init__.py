"""One folder a lesson, the same names in each: films computes, figures draws, make stores runs."""
