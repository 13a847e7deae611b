"""`python -m studyapp` is the command line."""

from studyapp.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
