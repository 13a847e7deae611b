"""What works for the screens in the background: writer, watcher, demos, other programs."""
