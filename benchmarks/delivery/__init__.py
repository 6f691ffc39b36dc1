"""An alert to very many people while everything goes wrong that can. `python -m benchmarks.delivery` plays it."""
