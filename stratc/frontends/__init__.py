"""From a text to what it says."""
