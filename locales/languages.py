"""The languages the bot speaks. A new one is added here, and then needs its catalogues and phrasings."""

LANGUAGES = ("th", "my", "km", "en")
SOURCE = "en"
"""The language the sentences in the code are written in."""
NATIVE = {"th": "ไทย", "my": "မြန်မာ", "km": "ខ្មែរ", "en": "English"}
"""Each language by its own name: this is how people look for it."""
