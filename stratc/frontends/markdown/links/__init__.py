"""Bytes that devices send one another, and the links that carry them."""
