"""What is missing is added with the installer of the app."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from studyapp.core.disk.installer import adding, how_to_add


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment of its own, with a uv and a pipx on the path."""
    for name in ("uv", "pipx"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    home = tmp_path / "studyapp"
    home.mkdir()
    monkeypatch.setattr(sys, "prefix", str(home))
    return home


def test_pip_adds_to_what_pip_installed(environment: Path) -> None:
    assert adding("torch>=2.6", "numpy") == [sys.executable, "-m", "pip", "install", "torch>=2.6", "numpy"]
    assert how_to_add("torch>=2.6").endswith(" -m pip install 'torch>=2.6'")


def test_pipx_injects_into_its_environment(environment: Path) -> None:
    (environment / "pipx_metadata.json").write_text("{}")
    assert adding("torch") == ["pipx", "inject", "studyapp", "torch"]


def test_uv_adds_to_its_tools_and_takes_the_cpu_build_of_torch(environment: Path) -> None:
    (environment / "uv-receipt.toml").write_text("")
    uv = str(environment.parent / "uv")
    assert adding("torch") == [uv, "pip", "install", "--python", sys.executable, "--torch-backend", "cpu", "torch"]
    assert "--torch-backend" not in adding("fsrs-rs-python")


def test_without_pip_uv_is_used(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert adding("x")[1:3] == ["pip", "install"]
    assert adding("x")[0].endswith("/uv")
    (environment.parent / "uv").unlink()
    assert adding("x")[:3] == [sys.executable, "-m", "pip"]
