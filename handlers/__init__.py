"""One update in, one Screen out. No Telegram and no SQL here: conversations, screens, and the map of routes."""
