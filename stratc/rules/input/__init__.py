"""Texts, keys and comments that cannot be used as they stand."""
