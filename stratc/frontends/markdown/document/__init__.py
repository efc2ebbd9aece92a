"""The document itself: its dress, blocks, sentences, tokens and figures, and what stands above them."""
