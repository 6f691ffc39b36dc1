"""A Telegram on this machine: a Bot API server, the people who talk to it, and a page to be one of them.

The rule of the place: it knows nothing of the project it tests. Anything here would serve any bot.
"""
