"""Every fault there is, under load, on real databases and processes. `python -m benchmarks.faults` plays them."""
