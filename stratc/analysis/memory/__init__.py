"""What devices hold: weights, states, activations, caches, and what is left."""
