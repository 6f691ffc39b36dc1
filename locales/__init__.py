"""Languages and scripts: repair of what phones send, recognition, catalogues, dates and digits.

Rule of the place: pure functions of text; nothing here knows Telegram, the database or the clock.
"""
