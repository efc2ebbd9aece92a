"""Figures against their own workings, and units mistaken for others."""
