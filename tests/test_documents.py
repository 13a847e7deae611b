"""What the documents beside the README say: links lead somewhere, commands run, the tree is the code's."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from demos.catalog import HERE, load
from tests.helpers.vaults import ROOT

DOCUMENTS = sorted(
    path
    for folder in (ROOT, ROOT / "studyapp", ROOT / "demos", ROOT / "tests", ROOT / "tests/bench", ROOT / ".github")
    for path in folder.glob("*.md")
)
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
HOUSE = (ROOT / "studyapp/README.md").read_text("utf-8")
DRAWING = HOUSE.partition("```\n")[2].partition("```")[0]
PACKAGES = dict(re.findall(r"^\| `([a-z_.]+)` \| .* \| (`.*`) \|$", HOUSE, flags=re.MULTILINE))


def code_blocks(path: Path) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", path.read_text("utf-8"), flags=re.DOTALL)
    return [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines()]


def commands_named(path: Path) -> set[str]:
    return set(re.findall(r"`((?:python -m|pytest|studyapp|\.ci/run)[^`]*)`", path.read_text("utf-8"))) | set(
        code_blocks(path)
    )


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


def test_the_packages_that_are_listed_are_those_of_the_code() -> None:
    folders = {path.parent for path in (ROOT / "studyapp").rglob("__init__.py")} - {ROOT / "studyapp"}
    names = {".".join(folder.relative_to(ROOT / "studyapp").parts) for folder in folders} - {"core", "study"}
    parts = {name for name in names if any(name.startswith(f"{other}.") for other in PACKAGES)}
    assert names - parts == set(PACKAGES)


@pytest.mark.parametrize(("package", "face"), PACKAGES.items())
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
            if command.startswith("pytest -m"):
                markers = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"][
                    "ini_options"
                ]["markers"]
                assert any(marker.startswith(command.split()[2]) for marker in markers), (path, command)


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
    environ = {"STUDYAPP_DEMOS": str(ROOT / "tests/data/demos"), "PATH": "/usr/bin:/bin", "HOME": str(ROOT)}
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
