"""What any page is built of: rows, panes, a line to type in, a dialog's box."""
