"""Every read of the environment is here, strict and loud: a wrong value stops the start with a sentence."""

import os
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SESSION: Final = (
    # Nobody at a window waits longer than this behind another act; the request fails and is sent again.
    "lock_timeout=30s",
    # A worker that was killed, or whose machine is gone, holds nothing for longer than this.
    "client_connection_check_interval=5s", "tcp_keepalives_idle=60", "tcp_keepalives_interval=10",
    "tcp_keepalives_count=3",
)  # fmt: skip


class Environment:
    """Typed reader over a mapping of variables. In production nothing has a default that is a secret."""

    def __init__(self, variables: dict[str, str]) -> None:
        self._variables = variables
        self.kind = variables.get("TRAM_ENV", "demo")
        if self.kind not in {"production", "demo", "test"}:
            raise ImproperlyConfigured(f"TRAM_ENV is {self.kind!r}; it must be production, demo or test.")

    @property
    def production(self) -> bool:
        return self.kind == "production"

    def required(self, name: str, why: str, *, outside_production: str | None = None) -> str:
        """Return the variable; outside production a stand-in may serve. Raises ImproperlyConfigured with the reason."""
        value = self._variables.get(name, "")
        if value:
            return value
        if not self.production and outside_production is not None:
            return outside_production
        raise ImproperlyConfigured(f"{name} is not set. {why}")

    def optional(self, name: str, default: str = "") -> str:
        return self._variables.get(name, default)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self._variables.get(name)
        if value is None:
            return default
        if value not in {"0", "1"}:
            raise ImproperlyConfigured(f"{name} is {value!r}; it must be 0 or 1.")
        return value == "1"

    def database(self) -> dict[str, Any]:
        """This process's database: the application's role, or the owner's where TRAM_DATABASE_ROLE asks for it."""
        if self.optional("TRAM_DATABASE_ROLE") == "owner":
            url = self.required(
                "DATABASE_OWNER_URL", "Migrations need the owner's address, postgresql://owner:…@host/db."
            )
        else:
            url = self.required(
                "DATABASE_URL",
                "Set it to the application role's address, or start `make demo` in this folder.",
                outside_production="postgresql://tram_app@127.0.0.1:1/tram",
            )
        settings = database_from_url(url)
        if self.optional("TRAM_DATABASE_ROLE") != "owner":
            settings["OPTIONS"]["options"] = " ".join(f"-c {option}" for option in SESSION)
        return settings


def database_from_url(url: str) -> dict[str, Any]:
    """Django's connection settings for postgresql://user:password@host:port/name?host=/socket/folder."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured("A database address must start with postgresql://.")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "core.postgres",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # The dosing path asks the same few large questions all morning: planned once per connection, not each time.
        "OPTIONS": {**query, "application_name": "tram", "server_side_binding": True, "prepare_threshold": 2},
    }


def read() -> Environment:
    """The process's environment; beside a running demo, the demo's where DATABASE_URL is not set."""
    variables = dict(os.environ)
    if not variables.get("DATABASE_URL") and variables.get("TRAM_ENV") != "production":
        from config.embedded.environment import demo_environment

        variables = {**demo_environment(), **variables}
    return Environment(variables)
