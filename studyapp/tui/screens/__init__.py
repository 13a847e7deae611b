"""The screens, one a file, in rooms by what the user does there."""
