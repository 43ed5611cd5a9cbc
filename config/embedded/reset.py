"""`make reset`: removes the demo's data, its private folder included, and whatever of it still runs."""

import sys
from pathlib import Path

from config.embedded import leftovers, places
from config.embedded.environment import DATA
from config.embedded.errors import EmbeddedError
from config.embedded.launcher import held


def reset(data: Path = DATA) -> None:
    """Remove everything a demo wrote. Raises EmbeddedError where one is running."""
    if not data.exists():
        return
    with held(data):
        leftovers.end(data)
        places.remove(data)


if __name__ == "__main__":
    try:
        reset()
    except EmbeddedError as error:
        sys.exit(str(error))
    print("The demo's data is removed; `make demo` starts afresh.")
