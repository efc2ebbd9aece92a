"""Published accelerators and models."""
