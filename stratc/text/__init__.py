"""Texts, places in them, and the nearest of several names."""
