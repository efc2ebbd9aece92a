"""What a shell script would launch, read from its text; nothing is ever run."""
