"""The process of a demo, and what it sends."""
