"""Who writes to us: their language and choices, their roles, and the one typed answer we wait for."""
