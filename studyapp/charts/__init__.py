"""Charts as rows of characters, for the screens, which colour them, and for plain output; one colour is enough."""
