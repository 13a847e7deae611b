"""Where things are kept outside the vault."""

from __future__ import annotations

from pathlib import Path

from studyapp.core.locations import Locations, bundled_vault
from tests.vaults import SEED, locations


def test_the_xdg_variables_count_where_they_are_absolute() -> None:
    found = Locations.of({"HOME": "/h", "XDG_DATA_HOME": "/d", "XDG_STATE_HOME": "relative"})
    assert found.data == Path("/d/studyapp")
    assert found.state == Path("/h/.local/state/studyapp")
    assert found.settings == Path("/h/.config/studyapp/settings.toml")


def test_the_review_log_is_in_the_vault_under_the_devices_name(tmp_path: Path) -> None:
    assert locations(tmp_path).journal(tmp_path) == tmp_path / ".studyapp/reviews/laptop.jsonl"


def test_what_is_remembered_comes_back_and_a_damaged_memory_is_no_error(tmp_path: Path) -> None:
    places = locations(tmp_path)
    places.remember(last_vault="/v")
    places.remember(told=True)
    assert places.remembered() == {"last_vault": "/v", "told": True}
    (places.state / "state.json").write_bytes(b"\xff{")
    assert places.remembered() == {}


def test_the_bundled_vault_is_found() -> None:
    assert (bundled_vault() / SEED.name).is_file()
