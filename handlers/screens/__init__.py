"""All words and keyboards, and nothing else: no database, no rule, no decision about who may see what."""
