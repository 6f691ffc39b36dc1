"""All SQL about conversations."""
