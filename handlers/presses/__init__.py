"""Every button of the bot. A code ends in a version: raise it when the fields change their meaning."""
