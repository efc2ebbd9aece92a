"""Kubernetes: the manifest of a training job or of a group of serving pods."""
