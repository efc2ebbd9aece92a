"""Tables of words: what plans call each fact, metric and concept."""
