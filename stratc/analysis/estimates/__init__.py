"""Everything that the cost model says of a plan, and how it comes about."""
