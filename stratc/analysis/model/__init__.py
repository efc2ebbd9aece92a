"""The model of a plan: its architecture, its parameters, and what is published of it."""
