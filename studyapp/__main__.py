"""The program: `python -m studyapp`, and what the command `studyapp` starts."""

from studyapp.collector import hold

hold()

from studyapp.cli.main import main  # noqa: E402 - what it imports is what the collector waits for

if __name__ == "__main__":
    raise SystemExit(main())
