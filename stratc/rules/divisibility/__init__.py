"""What a degree must divide."""
