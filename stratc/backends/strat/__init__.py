"""A plan in the strategy language."""
