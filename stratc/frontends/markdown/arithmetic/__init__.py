"""Figures that follow from others: sums, products, shares, ledgers, formulas over names."""
