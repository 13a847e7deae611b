"""What the doctor finds in a vault."""
