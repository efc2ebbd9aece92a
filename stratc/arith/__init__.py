"""Numbers with units, and arithmetic that can be read back."""
