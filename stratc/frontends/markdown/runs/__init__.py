"""Training runs and the load of a service: steps, days, checkpoints, power, cost, requests."""
