"""The strategy language."""
