"""A note as bytes and lines, and its front matter."""
