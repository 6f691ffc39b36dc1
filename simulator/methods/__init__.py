"""The methods of the Bot API, by subject; `METHODS` knows them all by lower-case name.

The rule: what a method accepts is declared beside what it does, with the published names and nothing else.
"""

from simulator.methods import bot, chats, editing, files, forum, moving, points, receiving, sending
from simulator.methods.registry import METHODS, Method

__all__ = [
    "METHODS",
    "Method",
    "bot",
    "chats",
    "editing",
    "files",
    "forum",
    "moving",
    "points",
    "receiving",
    "sending",
]
