"""Starting other programs: nothing in the folder where the app was started is run, imported or found."""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
from pathlib import Path

import pytest

from studyapp.core.disk import programs
from studyapp.core.disk.programs import clean, found, lasting_command, own_command, own_environment, run, run_own
from studyapp.core.vault.scan.note_files import MANY
from studyapp.tui.pictures.decode import decode
from tests.helpers.source import calls
from tests.helpers.tiers import tiered
from tests.helpers.vaults import ROOT

MODULES = (
    *("studyapp/__init__.py", "demos/__init__.py", "resvg_py/__init__.py", "PIL/__init__.py", "torch/__init__.py"),
    *("json.py", "sitecustomize.py", "usercustomize.py", "msgspec.py", "re.py", "argparse.py", "numpy.py"),
)
PROGRAMS = ("git", "vi", "vim", "nano", "xdg-open", "open", "update-desktop-database", "python3", "sh")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2"><rect width="4" height="2" fill="red"/></svg>'


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, full of modules and programs that leave a marker, in an environment that leads there."""
    folder = tmp_path / "vault"
    folder.mkdir()
    marker = tmp_path / "it-ran"
    for name in MODULES:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"open({str(marker)!r}, 'w').close()\n")
    for name in PROGRAMS:
        (folder / name).write_text(f"#!/bin/sh\n: > '{marker}'\n")
        (folder / name).chmod(0o755)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PATH", f".::{folder.name}:{os.environ['PATH']}:")
    monkeypatch.setenv("PYTHONPATH", f":.:{ROOT}:")
    monkeypatch.setenv("PYTHONSTARTUP", "json.py")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "cache")
    monkeypatch.setenv("PYTHONBREAKPOINT", "json.main")
    return folder


def ran(trap: Path) -> bool:
    return (trap.parent / "it-ran").exists()


def test_the_trap_works(trap: Path) -> None:
    subprocess.run([sys.executable, "-c", "import resvg_py"], check=False, capture_output=True)
    assert ran(trap)


@pytest.mark.slow
def test_a_drawing_is_made_without_modules_of_the_current_folder(trap: Path) -> None:
    (trap / "a.svg").write_text(SVG)
    picture = decode(trap / "a.svg", 4, 2)
    assert picture.getpixel((1, 1)) == (255, 0, 0, 255)
    assert not ran(trap)


@pytest.mark.slow
def test_processes_read_notes_without_modules_of_the_current_folder(trap: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from studyapp.core.disk import pool\n"
        "from studyapp.core.vault.scan import note_files\n"
        "pool.cores = lambda: 2\n"
        "from studyapp.core.settings.model import Settings\n"
        "paths = [f'{number}.md' for number in range(int(sys.argv[2]))]\n"
        "parts = note_files.read_all(Path(sys.argv[1]), paths, lambda _: Settings())\n"
        "print(sum(map(len, parts)))\n"
    )
    environ = own_environment(os.environ)
    command = [sys.executable, "-P", "-c", code, str(trap), str(MANY)]
    done = subprocess.run(
        command, env=environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(MANY)]
    assert not ran(trap)


@tiered(
    "module",
    [
        "studyapp",
        "demos.worker",
        "studyapp.core.vault.scan.note_files",
        "studyapp.study.doctor.parts",
        "studyapp.tui.pictures.svg",
    ],
)
def test_every_part_of_the_program_is_found_where_it_was_installed(trap: Path, module: str) -> None:
    words = ["--help"] if module in ("studyapp", "demos.worker") else ["1"]
    done = run_own(module, *words, stdin=subprocess.DEVNULL, capture_output=True)
    assert b"No module named" not in done.stderr
    assert not ran(trap)


def test_programs_are_found_in_absolute_folders_only(trap: Path) -> None:
    assert found("update-desktop-database") == shutil.which("update-desktop-database", path=clean(os.environ)["PATH"])
    git = found("git")
    assert git is not None
    assert Path(git).is_absolute()
    assert run(["git", "--version"], capture_output=True).stdout.startswith(b"git version")
    (trap / "only-here").write_text("#!/bin/sh\n: > ../it-ran\n")
    (trap / "only-here").chmod(0o755)
    assert found("only-here") is None
    with pytest.raises(FileNotFoundError):
        run(["only-here"])
    assert not ran(trap)


def test_a_program_that_is_named_with_its_folder_is_that_one(trap: Path) -> None:
    run(["./git"])
    assert ran(trap)


def test_an_environment_keeps_what_does_not_depend_on_the_folder() -> None:
    given = {
        "PATH": "/usr/bin:.:bin::/bin",
        "PYTHONPATH": ":/x:y",
        "PYTHONHOME": "here",
        "PYTHONUSERBASE": "/base",
        "PYTHONWARNINGS": "ignore::json.X",
        "PYTHONUTF8": "1",
        "HOME": "somewhere",
    }
    assert clean(given) == {**given, "PATH": "/usr/bin:/bin", "PYTHONPATH": "/x"}
    own = own_environment(given)
    assert "PYTHONHOME" not in own
    assert "PYTHONWARNINGS" not in own
    assert (own["PYTHONUSERBASE"], own["PYTHONUTF8"], own["HOME"]) == ("/base", "1", "somewhere")
    assert own["PYTHONPATH"].split(":")[-1] == "/x"


def test_where_it_is_installed_the_search_path_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "ROOT", Path(site.getsitepackages()[0]))
    assert "PYTHONPATH" not in own_environment({"PATH": "/bin"})
    assert own_command("a.b", "c") == [sys.executable, "-P", "-m", "a.b", "c"]


def test_a_command_for_later_heeds_the_environment_only_where_it_must(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    assert lasting_command("open") == [sys.executable, "-P", "-m", "studyapp", "open"]
    monkeypatch.setenv("PYTHONPATH", ".")
    assert lasting_command("open") == [sys.executable, "-E", "-P", "-m", "studyapp", "open"]


@pytest.mark.slow
def test_the_app_itself_imports_nothing_from_where_it_is_started(trap: Path) -> None:
    """Python runs a planted `studyapp`, or what its own start imports, before our first line."""
    for name in ("studyapp/__init__.py", "sitecustomize.py", "usercustomize.py"):
        (trap / name).unlink()
    (trap / "studyapp").rmdir()
    (trap / "A.md").write_text("#flashcards\n\na::b\n")
    environ = {**os.environ, "HOME": str(trap.parent / "home"), "PYTHONPATH": f"{ROOT}:."}
    command = [sys.executable, "-m", "studyapp", "doctor", ".", "--json"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert '"findings"' in done.stdout, done.stderr
    assert not ran(trap)


STARTS = frozenset(
    {"Popen", "create_subprocess_exec", "create_subprocess_shell", "system", "popen", "fork", "forkpty", "execv"}
    | {"execvp", "execve", "execvpe", "spawnv", "posix_spawn", "ProcessPoolExecutor", "check_output", "check_call"}
)


def test_everything_is_started_in_one_place() -> None:
    modules = ("subprocess", "multiprocessing", "webbrowser")
    found = calls({*STARTS, "which"}, modules)
    assert {file for file, name, of in found if name != "which" or of == "shutil"} == {"core/disk/programs.py"}
