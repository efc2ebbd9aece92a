"""Of which plan a passage speaks: this one, an earlier, another, one that is only weighed."""
