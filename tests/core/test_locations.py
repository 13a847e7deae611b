"""Where things are kept outside the vault."""

from __future__ import annotations

import os
import pwd
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.errors import VaultError
from studyapp.core.locations import bundled_vault
from tests.helpers.vaults import SEED, locations, locations_of


def test_the_xdg_variables_count_where_they_are_absolute() -> None:
    found = locations_of({"HOME": "/h", "XDG_DATA_HOME": "/d", "XDG_STATE_HOME": "relative"})
    assert found.data == Path("/d/studyapp")
    assert found.state == Path("/h/.local/state/studyapp")
    assert found.settings == Path("/h/.config/studyapp/settings.toml")


def test_the_review_log_is_in_the_vault_under_the_devices_name_and_what_nobody_else_knows(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    vault.mkdir()
    names = set()
    for home in ("one", "other"):
        places = locations(tmp_path / home)
        log = places.journal(vault)
        assert log == places.journal(vault)
        assert log.parent == vault / ".studyapp/reviews"
        assert re.fullmatch(r"laptop-[0-9a-f]{8}\.jsonl", log.name)
        names.add(log.name)
    assert len(names) == 2


@pytest.mark.parametrize("evidence", ["backups", "ledger", "nothing"])
def test_a_log_of_the_earlier_version_continues_only_where_this_machine_knows_the_vault(
    tmp_path: Path, evidence: str
) -> None:
    places, vault = locations(tmp_path / "home"), tmp_path / "vault"
    before = vault / ".studyapp/reviews/laptop.jsonl"
    before.parent.mkdir(parents=True)
    before.touch()
    if evidence == "backups":
        places.backups(vault).mkdir(parents=True)
    elif evidence == "ledger":
        places.ledger(before).parent.mkdir(parents=True)
        places.ledger(before).touch()
    assert (places.journal(vault) == before) is (evidence != "nothing")


@pytest.mark.parametrize("linked", [".studyapp", ".studyapp/reviews"])
def test_no_log_is_written_through_a_link(tmp_path: Path, linked: str) -> None:
    places, vault, other = locations(tmp_path / "home"), tmp_path / "vault", tmp_path / "other"
    other.mkdir()
    (vault / linked).parent.mkdir(parents=True)
    (vault / linked).symlink_to(other)
    assert places.journal(vault) == places.journal_outside(vault)


def test_what_is_remembered_comes_back_and_a_damaged_memory_is_not_an_error(tmp_path: Path) -> None:
    places = locations(tmp_path)
    places.remember(last_vault="/v")
    places.remember(told=True)
    assert places.remembered() == {"last_vault": "/v", "told": True}
    (places.state / "state.json").write_bytes(b"\xff{")
    assert places.remembered() == {}


def test_what_is_remembered_already_is_not_written_again(tmp_path: Path) -> None:
    places = locations(tmp_path)
    places.remember(last_vault="/v", told=True)
    file = places.state / "state.json"
    before = file.stat()
    places.remember(last_vault="/v")
    assert file.stat() == before
    places.remember(last_vault="/w")
    assert places.remembered() == {"last_vault": "/w", "told": True}


def test_the_bundled_vault_is_found() -> None:
    assert (bundled_vault() / SEED.name).is_file()


def test_a_file_in_the_place_of_our_folder_moves_the_review_log_out_of_the_vault(tmp_path: Path) -> None:
    places = locations(tmp_path / "home")
    vault = tmp_path / "vault"
    vault.mkdir()
    (vault / ".studyapp").write_text("another user's")
    assert places.journal(vault) == places.journal_outside(vault)


def test_a_review_log_that_cannot_be_written_moves_out_but_one_that_cannot_be_read_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = locations(tmp_path / "home")
    log = places.journal(tmp_path)
    log.parent.mkdir(parents=True)
    log.touch()
    monkeypatch.setattr(os, "access", lambda _path, mode: mode == os.R_OK)
    assert places.journal(tmp_path) == places.journal_outside(tmp_path)
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    assert places.journal(tmp_path) == log


def test_a_copy_that_holds_on_keeps_the_others_waiting_for_a_while_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studyapp.core.locations._TURN", 0.0)
    entered = []
    with locations(tmp_path).alone(tmp_path), locations(tmp_path).alone(tmp_path):
        entered.append("both")
    assert entered == ["both"]


FOLDERS = st.one_of(
    st.sampled_from(["", "relative", "./x", "../x", "~/x", " /x", "/", "/x", "/x/", "/x//y", "//x", "/x/../y", "/ä"]),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8),
)
USUAL = {"CONFIG": ".config", "DATA": ".local/share", "STATE": ".local/state", "CACHE": ".cache"}


@given(st.dictionaries(st.sampled_from(["HOME", *(f"XDG_{name}_HOME" for name in USUAL)]), FOLDERS))
def test_each_folder_is_its_variables_where_that_is_absolute_else_the_usual_one_below_home(
    environ: dict[str, str],
) -> None:
    home = Path(environ.get("HOME", ""))
    home = home if home.is_absolute() else Path(pwd.getpwuid(os.getuid()).pw_dir)
    named = {name: Path(environ.get(f"XDG_{name}_HOME", "")) for name in USUAL}
    config, data, state, cache = (
        (path if path.is_absolute() else home / USUAL[name]) / "studyapp" for name, path in named.items()
    )
    found = locations_of(environ)
    assert [str(path) for path in (found.settings, found.data, found.state, found.cache)] == [
        str(path) for path in (config / "settings.toml", data, state, cache)
    ]


@pytest.mark.parametrize("environ", [{}, {"HOME": "relative"}])
def test_a_user_without_a_home_is_told_to_set_it(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: int) -> object:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    with pytest.raises(VaultError, match="set HOME to an absolute path"):
        locations_of(environ)
