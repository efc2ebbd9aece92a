"""What launch scripts and configurations of the frameworks say."""
