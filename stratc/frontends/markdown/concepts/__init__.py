"""What sentences say of parallelism without a figure, and what they take it for."""
