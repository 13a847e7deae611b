"""A release is a version with its date in the change log, tagged once all checks have passed."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from studyapp import __version__
from tests.helpers.vaults import ROOT

SCRIPT = ".ci/release"
SECTION = re.compile(r"^## (.*)$", re.MULTILINE)
RELEASE = re.compile(r"(\d+)\.(\d+)\.(\d+) \((\d{4}-\d{2}-\d{2})\)")


def test_each_version_of_the_change_log_has_its_date_and_the_newest_is_this_one() -> None:
    sections = SECTION.findall((ROOT / "CHANGELOG.md").read_text("utf-8"))
    released = sections[sections[0] == "Unreleased" :]
    found = [RELEASE.fullmatch(section) for section in released]
    assert None not in found, released
    told = re.findall(r"`## ([^`]*)`", (ROOT / ".github/CONTRIBUTING.md").read_text("utf-8"))
    assert [RELEASE.fullmatch(one) is not None for one in told] == [True]
    versions = [tuple(map(int, one.groups()[:3])) for one in found if one]
    days = [date.fromisoformat(one[4]) for one in found if one]
    assert ".".join(map(str, versions[0])) == __version__
    assert all(newer > older for newer, older in pairwise(versions))
    assert all(newer >= older for newer, older in pairwise(days))


def test_the_workflow_tags_what_was_pushed_to_main_once_the_checks_have_passed() -> None:
    folder = ROOT / ".github/workflows"
    release, checks = (yaml.safe_load((folder / f"{name}.yml").read_text("utf-8")) for name in ("release", "checks"))
    assert release[True] == {
        "workflow_run": {"workflows": [checks["name"]], "types": ["completed"], "branches": ["main"]}
    }
    assert "main" in checks[True]["push"]["branches"]
    assert release["permissions"] == {"contents": "write"}
    job = release["jobs"]["tag"]
    assert "workflow_run.conclusion == 'success'" in job["if"]
    assert "workflow_run.event == 'push'" in job["if"]
    assert job["steps"][0]["with"]["ref"] == "${{ github.event.workflow_run.head_sha }}"
    assert job["steps"][-1]["run"].splitlines()[-1] == SCRIPT


class Repository:
    """A clone with a version, a change log, and the script."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "clone"
        self.origin = folder / "origin"
        self._git("init", "--quiet", "--bare", str(self.origin), at=folder)
        self._git("clone", "--quiet", str(self.origin), str(self.folder), at=folder)
        (self.folder / ".ci").mkdir()
        shutil.copy(ROOT / SCRIPT, self.folder / SCRIPT)
        (self.folder / "studyapp").mkdir()

    def _git(self, *words: str, at: Path | None = None) -> str:
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        done = subprocess.run(["git", *who, *words], cwd=at or self.folder, check=True, capture_output=True)
        return done.stdout.decode()

    def release(self, version: str, log: str) -> int:
        """Commit a version and a change log, and run the script."""
        (self.folder / "studyapp/__init__.py").write_text(f'__version__ = "{version}"\n')
        (self.folder / "CHANGELOG.md").write_text(log)
        self._git("add", ".")
        self._git("commit", "--quiet", "--allow-empty", "--message", version)
        env = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder.parent)}
        env |= {f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        done = subprocess.run([self.folder / SCRIPT], env=env, check=False, capture_output=True)
        return done.returncode

    def tags(self) -> dict[str, str]:
        """The tags of the origin with their commits."""
        lines = self._git("ls-remote", "--tags", "origin").splitlines()
        return {name.removeprefix("refs/tags/"): commit for commit, name in (line.split("\t") for line in lines)}

    def head(self) -> str:
        return self._git("rev-parse", "HEAD").strip()

    def message(self, tag: str) -> str:
        return self._git("tag", "--list", "--format=%(contents)", tag)


@pytest.mark.slow
def test_the_script_tags_each_version_once_with_what_the_change_log_says(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    first = "# Changes\n\n## 0.1.0 (2026-01-02)\n\n- one\n"
    assert repository.release("0.1.0", first) == 0
    commit = repository.head()
    assert repository.tags()["v0.1.0^{}"] == commit
    assert repository.message("v0.1.0").strip() == "## 0.1.0 (2026-01-02)\n\n- one"
    assert repository.release("0.1.0", f"{first}\n") == 0
    assert repository.tags()["v0.1.0^{}"] == commit
    second = "# Changes\n\n## Unreleased\n\n- three\n\n## 0.2.0 (2026-02-03)\n\n- two\n" + first[10:]
    assert repository.release("0.2.0", second) == 0
    assert repository.message("v0.2.0").strip() == "## 0.2.0 (2026-02-03)\n\n- two"
    assert len(repository.tags()) == 4


@pytest.mark.slow
@pytest.mark.parametrize(
    "section", ["0.1.0", "Unreleased", "0.1.0 (soon)", "0.1.1 (2026-01-02)", "0x1.0 (2026-01-02)"]
)
def test_the_script_tags_no_version_that_the_change_log_has_not(tmp_path: Path, section: str) -> None:
    repository = Repository(tmp_path)
    assert repository.release("0.1.0", f"# Changes\n\n## {section}\n\n- one\n") != 0
    assert repository.tags() == {}
