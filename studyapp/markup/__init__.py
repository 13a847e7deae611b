"""Markdown as Obsidian reads it, for whatever shows or passes it on."""
