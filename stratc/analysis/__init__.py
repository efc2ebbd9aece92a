"""What a plan implies: its facts bound to the formulas."""
