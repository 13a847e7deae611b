"""A note's bytes, turned into questions, cards and links by the plugin's rules; pure."""
