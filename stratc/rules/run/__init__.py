"""Rules on training runs: steps, days, checkpoints, power and cost (RN)."""
