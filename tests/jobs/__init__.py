"""The jobs by real workers over a real broker."""

from typing import Final

SECONDS: Final = 1.0  # between two turns of a job in a hurry, and until a dead worker's message is another's
