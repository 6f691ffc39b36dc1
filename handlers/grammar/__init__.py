"""Reading the one-line commands of staff, in four languages."""
