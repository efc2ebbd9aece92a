"""What the words and workings of a plan say, before any formula is asked."""
