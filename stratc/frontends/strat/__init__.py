"""The strategy language: tree → statements."""
