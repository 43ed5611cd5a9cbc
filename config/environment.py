"""Every read of the environment is here, strict and loud: a wrong value stops the start with a sentence."""

import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SESSION: Final = (
    # Nobody at a window waits longer than this behind another act; the request fails and is sent again.
    "lock_timeout=30s",
    # A worker that was killed, or whose machine is gone, holds nothing for longer than this.
    "client_connection_check_interval=5s", "tcp_keepalives_idle=60", "tcp_keepalives_interval=10",
    "tcp_keepalives_count=3",
)  # fmt: skip


class Environment:
    """Typed reader over a mapping of variables. In production nothing has a default that is a secret.

    Any variable may be given as a mounted file instead: SECRET_KEY_FILE=/run/secrets/secret_key.
    """

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
        value = self._read(name)
        if value:
            return value
        if not self.production and outside_production is not None:
            return outside_production
        raise ImproperlyConfigured(f"{name} is not set. {why}")

    def optional(self, name: str, default: str = "") -> str:
        return self._read(name) or default

    def number(self, name: str, default: int, *, low: int) -> int:
        """A whole number that is not below `low`."""
        value = self._read(name)
        if not value:
            return default
        if not value.isdecimal() or int(value) < low:
            raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number from {low}.")
        return int(value)

    def one_of(self, name: str, choices: tuple[str, ...], default: str) -> str:
        value = self._read(name) or default
        if value not in choices:
            raise ImproperlyConfigured(f"{name} is {value!r}; it must be one of {', '.join(choices)}.")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self._read(name)
        if not value:
            return default
        if value not in {"0", "1"}:
            raise ImproperlyConfigured(f"{name} is {value!r}; it must be 0 or 1.")
        return value == "1"

    def _read(self, name: str) -> str:
        value, file = self._variables.get(name, ""), self._variables.get(f"{name}_FILE", "")
        if not file:
            return value
        if value:
            raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; keep one.")
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{name}_FILE names {file}, which cannot be read: {error}.") from error

    def with_password(self, url: str, name: str) -> str:
        """The address with the password of another variable, where it carries none itself: addresses are no secret
        then, and passwords are files."""
        password = self._read(name)
        parts = urlsplit(url)
        if not password or parts.password:
            return url
        place = parts.netloc.rpartition("@")[2]
        return parts._replace(netloc=f"{parts.username or ''}:{quote(password, safe='')}@{place}").geturl()

    def broker(self) -> str:
        """Where jobs are sent, its password in VALKEY_PASSWORD or in the address."""
        url = self.required(
            "CELERY_BROKER_URL",
            "Jobs and the courtesy hold of an opened patient need Valkey or Redis, redis://host:6379/0.",
            outside_production=self.optional("VALKEY_URL", "redis://127.0.0.1:1/0"),
        )
        return self.with_password(url, "VALKEY_PASSWORD")

    def database(self) -> dict[str, Any]:
        """This process's database: the application's role, or the owner's where TRAM_DATABASE_ROLE asks for it."""
        if self.optional("TRAM_DATABASE_ROLE") == "owner":
            url = self.required(
                "DATABASE_OWNER_URL", "Migrations need the owner's address, postgresql://owner:…@host/db."
            )
            url = self.with_password(url, "DATABASE_OWNER_PASSWORD")
        else:
            url = self.required(
                "DATABASE_URL",
                "Set it to the application role's address, or start `make demo` in this folder.",
                outside_production="postgresql://tram_app@127.0.0.1:1/tram",
            )
            url = self.with_password(url, "DATABASE_PASSWORD")
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
