"""Long tests first: whoever is done early takes short ones from the other, and nobody is left alone with a long one."""

import pytest

LONG = ("browser", "slow")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By whole files, because what a file prepares for its tests is prepared once; else as they came."""
    long = {item.path for item in items if any(item.get_closest_marker(name) for name in LONG)}
    items.sort(key=lambda item: item.path not in long)
