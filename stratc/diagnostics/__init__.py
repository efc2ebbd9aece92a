"""What is wrong, as values."""
