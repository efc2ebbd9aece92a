"""Figures of a plan held against one another and against their own workings."""
