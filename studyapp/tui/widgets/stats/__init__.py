"""The numbers about past reviews, on the screen and on paper."""
