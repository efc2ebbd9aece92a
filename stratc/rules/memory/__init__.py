"""Memory figures: parts, totals, capacity, and what they leave out."""
