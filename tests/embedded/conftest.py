from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.reset import reset
from tests.embedded.stub import StubDemo


@pytest.fixture
def stub_demo(tmp_path: Path) -> Iterator[StubDemo]:
    """The launcher on a stub product, in a folder that a server's account cannot enter when we are root."""
    demo = StubDemo(tmp_path)
    yield demo
    reset(demo.data)
