"""Health alerts: drafted by one operator, approved by another, owed to everyone concerned, reported in full."""
