"""Concepts of parallelism used for what they are not."""
