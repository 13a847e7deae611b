"""What each command accepts."""
