"""The root of every "no". It lies here because every package may look down to it."""


class Refusal(Exception):
    """Something that was asked cannot be done, for a reason the person should hear. Carries facts, never words."""
