"""The app in a browser: a server for one user, on this machine or in the user's own network."""
