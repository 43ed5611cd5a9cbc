"""Long tests first: whoever is done early takes short ones from the other, and nobody is left alone with a long one."""

from collections import defaultdict
from typing import Final

import pytest

SECONDS: Final = 5.0  # of a test in a browser, or one that says it is slow and not how much


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By whole files, because what a file prepares for its tests is prepared once; else as they came."""
    longest: defaultdict[object, float] = defaultdict(float)
    for item in items:
        longest[item.path] = max(longest[item.path], seconds(item))
    items.sort(key=lambda item: -longest[item.path])


def seconds(item: pytest.Item) -> float:
    """What its marks say that it takes, roughly: `slow(30)`, or `slow` or `browser` alone; 0 for all others."""
    said = [float(mark.args[0]) for mark in item.iter_markers("slow") if mark.args]
    if said:
        return max(said)
    return SECONDS if any(item.get_closest_marker(name) for name in ("browser", "slow")) else 0.0
