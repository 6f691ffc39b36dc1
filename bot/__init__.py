"""The only code that knows Telegram, HTTP, the environment and the clock."""

import os

os.environ.setdefault("PTB_TIMEDELTA", "true")  # PTB then gives durations as timedelta, the only form it will keep
