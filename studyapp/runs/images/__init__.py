"""Pictures to save, as SVG and PNG."""
