"""What the documents beside the README say: links lead somewhere, commands run, the tree is the code's."""

from __future__ import annotations

import ast
import json
import re
import shlex
import subprocess
import sys
import tomllib
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest
import yaml

from demos.catalog import HERE, TEXTS, load
from studyapp.cli.commands import COMMANDS
from studyapp.cli.parser import parser_of
from studyapp.core.locations import FOLDER
from studyapp.core.settings.files import VAULT_FILE
from tests.helpers.commands import run_here
from tests.helpers.rows import each_row
from tests.helpers.vaults import ROOT, locations_of, make_vault

DOCUMENTS = sorted(
    path
    for folder in (ROOT, ROOT / "studyapp", ROOT / "demos", ROOT / "tests", ROOT / "tests/bench", ROOT / ".github")
    for path in folder.glob("*.md")
)
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
HOUSE = (ROOT / "studyapp/README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / ".github/CONTRIBUTING.md").read_text("utf-8")
DRAWING = HOUSE.partition("```\n")[2].partition("```")[0]
PACKAGES = dict(re.findall(r"^\| `([a-z_.]+)` \| .* \| (`.*`|its rooms, below) \|$", HOUSE, flags=re.MULTILINE))
ROOMS = {
    "screens": "tui.screens",
    "widgets": "tui.widgets",
    "runs": "runs",
    "exchange": "study.exchange",
    "vault": "core.vault",
}


def code_blocks(path: Path) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", path.read_text("utf-8"), flags=re.DOTALL)
    return [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines()]


def commands_named(path: Path) -> set[str]:
    spans = re.findall(r"`([^`\n]+)`", path.read_text("utf-8"))
    begin = ("python -m", "pytest", "studyapp", ".ci/run", *(f"{name} --" for name in COMMANDS))
    return {span for span in spans if span.startswith(begin)} | set(code_blocks(path))


def test_each_test_has_a_time_limit_and_runs_in_parallel_as_the_document_says() -> None:
    document = (ROOT / "tests/README.md").read_text("utf-8")
    assert "They run offline, in any order, in parallel, and each has a time limit." in document
    options = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]
    assert options["timeout"] > 0
    assert "-n auto" in options["addopts"]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_and_picture_leads_to_a_file(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8"))
    assert not [target for target in targets if "://" not in target and not (path.parent / target).exists()]


def test_the_layers_that_are_drawn_are_those_that_are_enforced() -> None:
    layers = [
        [name.strip().removeprefix("studyapp.") for name in re.split(r"[|:]", layer)]
        for contract in CONTRACTS
        if contract["type"] == "layers"
        and contract.get("containers") in (["studyapp.core"], ["studyapp.study"], None)
        for layer in contract["layers"]
    ]
    named = [[name for name in layer if name not in ("__main__", "study", "core")] for layer in layers]
    lines = DRAWING.splitlines()
    for layer in filter(None, named):
        assert any(all(re.search(rf"\b{name}\b", line) for name in layer) for line in lines), layer
    core = [
        layer
        for contract in CONTRACTS
        if contract.get("containers") == ["studyapp.core"]
        for layer in contract["layers"]
    ]
    firsts = [layer.split("|")[0].strip() for layer in core]
    places = [
        min(number for number, line in enumerate(lines) if re.search(rf"\b{name}\b", line[9:21])) for name in firsts
    ]
    assert places == sorted(places)


def test_the_parts_of_the_app_are_listed_in_the_order_that_is_enforced() -> None:
    (layers,) = (one["layers"] for one in CONTRACTS if one.get("containers") == ["studyapp.tui"])
    assert rows_after("Inside the app") == [re.split(r" \| ", layer) for layer in layers]


@each_row("heading, package", ROOMS.items())
def test_the_rooms_of_a_part_are_listed_in_the_order_that_is_enforced(heading: str, package: str) -> None:
    (layers,) = (one["layers"] for one in CONTRACTS if one.get("containers") == [f"studyapp.{package}"])
    parts = [f"{package}.{name}" for layer in layers for name in re.split(r" \| ", layer)]
    rooms = [name for name in parts if (ROOT / "studyapp" / name.replace(".", "/")).is_dir()]
    assert rows_after(f"The rooms of the {heading}") == [[room] for room in rooms]


def test_the_packages_that_are_listed_are_those_of_the_code() -> None:
    folders = {path.parent for path in (ROOT / "studyapp").rglob("__init__.py")} - {ROOT / "studyapp"}
    names = {".".join(folder.relative_to(ROOT / "studyapp").parts) for folder in folders} - {"core", "study"}
    parts = {name for name in names if any(name.startswith(f"{other}.") for other in PACKAGES)}
    rooms = {name for name in names if name.startswith(tuple(f"{package}." for package in ROOMS.values()))}
    assert names - parts | rooms == set(PACKAGES)


@each_row("package, face", PACKAGES.items())
def test_the_face_of_each_package_is_there(package: str, face: str) -> None:
    folder = ROOT / "studyapp" / package.replace(".", "/")
    for name in re.findall(r"`([\w.]+)`", face):
        assert (folder / f"{name.replace('.', '/')}.py").exists(), name
    tree = ast.parse((folder / "__init__.py").read_text("utf-8"))
    assert ast.get_docstring(tree), "a package says in its docstring what it is"


def test_the_documents_name_no_command_that_is_not_there() -> None:
    for path in DOCUMENTS:
        if path.name == "CHANGELOG.md":
            continue
        for command in commands_named(path):
            for module in re.findall(r"python -m ((?:tests|demos)[\w.]+)", command):
                if module != "tests.bench.NAME":
                    assert (ROOT / (module.replace(".", "/") + ".py")).exists(), (path, command)
            for named in re.findall(r" (tests/\S+)", command.replace("tests/FOLDER", "")):
                assert (ROOT / named).exists(), (path, command)
            if command.startswith("pytest -m"):
                markers = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"][
                    "ini_options"
                ]["markers"]
                assert any(marker.startswith(command.split()[2]) for marker in markers), (path, command)


def test_every_command_that_a_document_names_is_understood(capsys: pytest.CaptureFixture[str]) -> None:
    for path in DOCUMENTS:
        for command in commands_named(path) if path.name != "CHANGELOG.md" else ():
            alone = command.startswith(tuple(f"{name} --" for name in COMMANDS))
            if not alone and ("studyapp " not in command or re.search(r"pip |python -m", command)):
                continue
            words = shlex.split(command if alone else command.partition("studyapp ")[2])
            if words[0] not in COMMANDS:
                assert words[0] in ("--version", "~/Notes"), (path, command)
                continue
            if len(words) == 1:
                words.append("--help")  # it is named, not called
            if words[0] == "demo":
                del words[2:]  # knobs; `demos/README.md` has them tried below
            parser = parser_of([words[0]])
            with suppress(SystemExit) if "--help" in words else nullcontext():
                parser.parse_args(words)
            assert "error:" not in capsys.readouterr().err, (path, command)


def test_the_files_that_contributors_are_sent_to_are_there() -> None:
    named = re.findall(r"`((?:studyapp/)?(?:cli|core|study|tui|demos|tests)(?:/[\w.]+)+)`", CONTRIBUTING)
    assert len(named) >= 9
    for name in named:
        assert any((root / name).exists() for root in (ROOT, ROOT / "studyapp")), name


def test_what_contributors_are_told_to_add_to_is_there() -> None:
    named = re.findall(r"`([A-Z]\w+)` in\s`([\w/]+\.py)`", CONTRIBUTING)
    assert len(named) >= 3
    for name, file in named:
        assert re.search(rf"^(?:class )?{name}\b", (ROOT / "studyapp" / file).read_text("utf-8"), re.MULTILINE), name


def test_contributors_install_what_the_readme_installs() -> None:
    (install,) = (one for one in code_blocks(ROOT / ".github/CONTRIBUTING.md") if "pip install" in one)
    assert f"{install} && .venv/bin/pytest" in code_blocks(ROOT / "README.md")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_modules_that_are_named_by_their_files_are_there_with_what_is_sought_in_them(path: Path) -> None:
    if path.name == "CHANGELOG.md":
        return
    above = (path.parent, ROOT, ROOT / "studyapp", ROOT / "tests", ROOT / "tests/helpers")
    text = path.read_text("utf-8")
    for name in re.findall(r"`([\w/]+\.py)`", text):
        assert any((folder / name).exists() for folder in above), name
    for one, other, name in re.findall(r"`(\w+)`(?: and `(\w+)`)? of `(tests/[\w/]+\.py)`", text):
        source = (ROOT / name).read_text("utf-8")
        assert all(re.search(rf"^(?:async )?def {sought}\b", source, re.MULTILINE) for sought in (one, other or one))


def test_the_folders_of_tests_that_are_listed_are_there() -> None:
    folders = re.findall(r"^\| `([\w/]+)/` \|", (ROOT / "tests/README.md").read_text("utf-8"), flags=re.MULTILINE)
    assert len(folders) >= 6
    assert not [name for name in folders if not (ROOT / "tests" / name).is_dir()]


def rows_after(heading: str, document: str = HOUSE) -> list[list[str]]:
    """The rows of the tables below a heading: what is in code in their first cells."""
    part = document.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [re.findall(r"`([^`]+)`", line.split("|")[1]) for line in part.splitlines() if line.startswith("| `")]


def test_an_export_as_json_has_the_names_that_are_listed(tmp_path: Path) -> None:
    note = "---\ntags: [flashcards]\n---\n# Head\n\nfront::back ^id\n"
    vault = make_vault(tmp_path / "vault", {"A.md": note})
    environ = {"HOME": str(tmp_path), "TZ": "UTC", "PATH": "/usr/bin:/bin"}

    def run(*words: str | Path) -> str:
        done = run_here([*words, "--vault", vault], environ)
        assert done.returncode == 0, done.stderr
        return done.stdout

    (found,) = json.loads(run("search", "", "--json"))["cards"]
    run("grade", found["id"], "--grade", "good")
    run("export", tmp_path / "all.json")
    whole = json.loads((tmp_path / "all.json").read_bytes())
    (question,) = whole["questions"]
    (card,) = question["cards"]
    assert (whole["format"], whole["version"], *whole) == (
        "studyapp",
        1,
        *("format", "version", "vault", "at", "questions"),
    )
    listed = [name for row in rows_after("What a JSON export holds") for name in row]
    assert sorted(listed) == sorted([*question, *card])
    told = re.findall(r"`([^`]+)`", HOUSE.partition("| `history` | ")[2].partition("|")[0])
    assert set(card["history"][0]) <= set(told)


def test_files_are_kept_where_the_document_says(tmp_path: Path) -> None:
    home = locations_of({"HOME": str(tmp_path)})
    (tmp_path / "vault").mkdir()
    part = HOUSE.partition("## What is kept where\n")[2].partition("\n## ")[0]
    kept = {
        home.settings,
        home.backups(tmp_path / "vault").parent,
        home.state / "secret",
        home.trusted_demos,
        home.data,
        home.cache,
    }
    assert {tmp_path / name for name in re.findall(r"`~/([^`]+)`", part)} == kept
    assert f"`{FOLDER.as_posix()}/<device>-<eight characters>.jsonl`" in part
    assert f"`{VAULT_FILE.as_posix()}`" in part
    assert re.fullmatch(r".*-[0-9a-f]{8}\.jsonl", home.journal(tmp_path / "vault").name)


def test_what_a_demo_declares_is_listed_and_needed_as_the_document_says() -> None:
    document = (ROOT / "demos/README.md").read_text("utf-8")
    listed = [name for row in rows_after("How a demo is made", document) for name in row if name.isupper()]
    source = (ROOT / "demos/catalog.py").read_text("utf-8")
    assert set(listed) == {*TEXTS, *re.findall(r'nodes\["([A-Z]+)"\]', source)}


@pytest.mark.parametrize("path", sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml")), ids=lambda path: path.stem)
def test_each_form_for_an_issue_can_be_filled_in(path: Path) -> None:
    form = yaml.safe_load(path.read_text("utf-8"))
    assert form["name"]
    assert form["description"]
    asked = [part for part in form["body"] if part["type"] != "markdown"]
    assert asked
    assert all(part["id"] and part["attributes"]["label"] for part in asked)


def test_the_checks_that_contributors_are_told_are_those_of_ci() -> None:
    ci = (ROOT / ".ci/run").read_text("utf-8")
    for words in ("ruff format", "ruff check", "mypy", "lint-imports", "pytest"):
        assert any(words in command for command in code_blocks(ROOT / ".github/CONTRIBUTING.md"))
        assert f"bin/{words}" in ci.replace('"$bin/', "bin/").replace('"', ""), words
    assert "run: .ci/run" in (ROOT / ".github/workflows/checks.yml").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", sorted(path.stem for path in (ROOT / "tests/bench").glob("*.py") if path.stem != "__init__")
)
def test_every_benchmark_is_described_and_starts(name: str) -> None:
    if name not in ("generate", "picture", "sides", "terminal"):
        assert f"`python -m tests.bench.{name}`" in (ROOT / "tests/bench/README.md").read_text("utf-8")
    if name != "picture":
        done = subprocess.run(
            [sys.executable, "-m", f"tests.bench.{name}", "--help"], capture_output=True, cwd=ROOT, check=False
        )
        assert done.returncode == 0, done.stderr


def test_a_demo_of_your_own_is_listed_and_runs_as_the_demos_document_says() -> None:
    listed = [command for command in code_blocks(ROOT / "demos/README.md") if command.startswith("STUDYAPP_DEMOS=")]
    assert listed == ["STUDYAPP_DEMOS=~/my-demos studyapp demo --list"]
    (between,) = re.findall(r"several are separated by `(.)`", (ROOT / "demos/README.md").read_text("utf-8"))
    named = between.join(str(ROOT / "tests/data" / name) for name in ("own_demos", "demos"))
    environ = {"STUDYAPP_DEMOS": named, "PATH": "/usr/bin:/bin", "HOME": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(listed[0])[1:]],
        env=environ,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "count" in done.stdout
    assert "ia3" in done.stdout


def test_the_results_that_the_demos_document_shows_are_of_every_demo() -> None:
    table = (ROOT / "demos/README.md").read_text("utf-8").partition("## Results")[2]
    for card in load(HERE).demos:
        assert f"| {card.title} |" in table, card.title


NAMED = re.compile(r"`((?:studyapp\.)?(?:core|study|tui|cli|runs|wording|charts)(?:\.[a-z_]\w*)+)(?:\.[A-Z]\w*)?`")


def is_there(name: str) -> bool:
    """Whether there is a module or package of a dotted name, or a module that may hold its last part."""
    path = ROOT.joinpath("studyapp", *name.removeprefix("studyapp.").split("."))
    return path.is_dir() or path.with_suffix(".py").exists() or path.parent.with_suffix(".py").exists()


def test_the_modules_that_are_named_in_words_are_there() -> None:
    files = [*(ROOT / "studyapp").rglob("*.py"), *DOCUMENTS]
    named = {(path.name, name) for path in files for name in NAMED.findall(path.read_text("utf-8"))}
    assert named
    assert not {(where, name) for where, name in named if not is_there(name)}


def test_nothing_stands_at_the_top_but_what_belongs_there() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if not tracked:
        pytest.skip("there is no repository here")
    top = {path.split("/")[0] for path in tracked.splitlines() if not path.startswith(".")}
    packages = {"studyapp", "demos", "tests", "vault"}
    assert top == packages | {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"}


LAST_LONG = "e5c99744"
"""The last commit with a longer subject than the rule allows: it is older than the rule."""


def test_subjects_of_commits_are_as_short_as_contributors_are_told() -> None:
    (most,) = re.findall(r"subject of at most (\d+) characters", CONTRIBUTING)
    command = ["git", "log", "--no-merges", "--format=%s", f"{LAST_LONG}..HEAD"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("the history is not here")
    assert [subject for subject in done.stdout.splitlines() if len(subject) > int(most)] == []
