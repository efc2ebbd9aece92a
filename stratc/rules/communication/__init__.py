"""Volumes, links and node borders."""
