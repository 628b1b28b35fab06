"""Questions and their answers: kinds, exercises, and how an answer is judged."""
