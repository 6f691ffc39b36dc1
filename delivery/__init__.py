"""What we owe to whom, when, in which lane, and what became of it."""
