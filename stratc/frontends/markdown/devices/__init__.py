"""Counts of devices, machines, replicas and pools."""
