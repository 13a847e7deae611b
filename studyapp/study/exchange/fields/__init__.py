"""The fields of an Anki note, as Markdown."""
