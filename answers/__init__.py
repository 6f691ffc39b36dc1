"""Answers: topics, the ways people ask for them, search, danger signs and small talk.

Rule of the place: danger is looked for before anything else, and nothing here guesses with confidence.
Importing this package loads no numbers and no model; `answers.ask.Finder.load` does.
"""

import os

# Before numpy is first imported: for vectors this small, threads of the linear algebra library only wait for each
# other, and beside a busy server they made one answer five times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
