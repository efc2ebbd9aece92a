"""Formulas of the cost model: numbers in, numbers out."""
