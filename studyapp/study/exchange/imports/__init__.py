"""What an import brings into a vault, planned, previewed and written."""
