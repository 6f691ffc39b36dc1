"""Buttons of the keypad. They carry where the finger was, never which digit stands there."""

from handlers.press_codec import Press, press


@press("pc1")
class ChoosePin(Press):
    """Choose a PIN, or another one."""


@press("pk1")
class TapKey(Press):
    """A key of the keypad with this number; `place` counts from its top left."""

    place: int
    nonce: int


@press("pd1")
class DeleteDigit(Press):
    """Take the last digit back."""

    nonce: int


@press("px1")
class StopPin(Press):
    """Leave the keypad."""

    nonce: int
