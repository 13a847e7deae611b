"""A demo without tensors, and what runs it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from demos.catalog import Catalog, load
from studyapp.runs.process.process import DemoRunner
from tests.helpers.trust import AllTrusted

DEMOS = Path(__file__).parent.parent / "data" / "demos"


@pytest.fixture
def counting() -> Catalog:
    return load(DEMOS)


@pytest.fixture
async def runner() -> AsyncIterator[DemoRunner]:
    runner = DemoRunner([DEMOS], AllTrusted())
    yield runner
    await runner.close()
