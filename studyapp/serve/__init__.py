"""The app in a browser: a server for one person, on this machine or in a network of theirs."""
