"""Counts of devices and their placement."""
