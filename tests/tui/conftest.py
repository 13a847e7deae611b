"""What holds for all tests of the screens."""

from tests.helpers.apps import _no_worker  # noqa: F401 - a fixture for every test here
