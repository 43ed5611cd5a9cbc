"""The sign-ins of the demo, for whoever tries it: `.data/demo_accounts.json`, readable by its owner alone."""

import json
import os
import tempfile
from pathlib import Path
from typing import Final

from demo.people import PASSWORD, Post, staff
from demo.places import STORE
from demo.spec import ProvinceSpec

FILE: Final = "demo_accounts.json"


def write(spec: ProvinceSpec, folder: Path) -> Path:
    """Write everybody's sign-in; the file is there whole or not at all, for its owner alone."""
    where = {
        STORE: spec.store,
        "area": f"{spec.area_label} {spec.area}",
        "province": spec.name,
        **{clinic.key: clinic.name for clinic in spec.clinics},
        **{site.key: site.name for site in spec.sites},
    }
    accounts = [_account(post, where[post.place]) for post in staff(spec)]
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{FILE}.")  # mkstemp makes it 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(accounts, file, indent=2, ensure_ascii=False)
    return Path(name).replace(folder / FILE)


def _account(post: Post, facility: str) -> dict[str, str | None]:
    return {
        "username": post.username,
        "password": PASSWORD,
        "pin": post.pin,
        "totp_secret": post.totp_secret or None,
        "role": str(post.role),
        "facility": facility,
    }
