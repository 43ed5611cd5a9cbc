"""`python -m config.production.healthy web|worker|beat`: exit status 0 where that part answers; for health checks.

The web is asked whether it and its database answer. Of worker and beat the web's /readyz knows when they were last
seen: asking them themselves would take seconds of a small server's time, each minute.
"""

import http.client
import json
import os
import sys
from typing import Final

SECONDS: Final = 8.0


def ask(place: str, path: str, host: str) -> tuple[int, bytes]:
    """What the web answers, asked by a name that it lets in."""
    name, _colon, port = place.partition(":")
    connection = http.client.HTTPConnection(name, int(port or 8000), timeout=SECONDS)
    try:
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def healthy(part: str, *, place: str, host: str) -> bool:
    try:
        status, said = ask(place, "/healthz" if part == "web" else "/readyz", host)
        return status == http.client.OK if part == "web" else bool(json.loads(said)[part]["ok"])
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return False


def main() -> int:
    part = sys.argv[1] if len(sys.argv) > 1 else "web"
    place = os.environ.get("TRAM_WEB", "127.0.0.1:8000")
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]
    return 0 if healthy(part, place=place, host=host) else 1


if __name__ == "__main__":
    sys.exit(main())
