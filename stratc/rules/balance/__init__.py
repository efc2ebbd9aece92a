"""Shares of the work."""
