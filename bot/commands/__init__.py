"""What is typed in a terminal: one file for each command of `bot/cli.py`, or for a few that belong together."""
