"""Answers: topics, the ways people ask for them, search, danger signs and small talk.

Rule of the place: danger is looked for before anything else, and nothing here guesses with confidence.
Importing this package loads no numbers and no model; `answers.ask.Finder.load` does.
"""
