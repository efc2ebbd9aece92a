"""Statements of one plan that do not agree."""
