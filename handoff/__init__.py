"""Conversations between people and the health workers of a clinic: asked, passed on, answered, and forgotten."""
