"""What the framework that a plan names refuses, or accepts in silence and then does otherwise."""
