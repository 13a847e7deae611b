"""The entry point of `python -m studyapp` and of the command `studyapp`."""

from studyapp.import_path import leave_out_this_folder

leave_out_this_folder()

from studyapp.collector import pause  # noqa: E402 - the search path comes first

pause()

from studyapp.cli.main import main  # noqa: E402 - what it imports is what the collector waits for

if __name__ == "__main__":
    raise SystemExit(main())
