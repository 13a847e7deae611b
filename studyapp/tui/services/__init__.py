"""Background services for the screens: writer, watcher, demos, other programs."""
