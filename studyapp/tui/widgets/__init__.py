"""What screens are made of, one widget a file, in a room for each thing that is shown."""
