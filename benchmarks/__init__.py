"""What things cost, side by side in one run. Rule: figures of one run are compared, figures of two are not."""
