"""What was said, and what is believed."""
