"""The demos: run, compared, walked through, and made into cards."""
