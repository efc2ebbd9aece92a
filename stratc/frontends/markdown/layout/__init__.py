"""Degrees, groups, stages, and who holds which layers, heads and experts."""
