"""How tests ask the API: a device enrolled at a place, somebody signed in on it, and JSON both ways."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from core import clock
from core.ids import new_id
from staff.models import Device
from staff.services import devices
from tests import cast, world
from tests.entrance import access

API = "/api/v1"


@dataclass
class Caller:
    """Somebody who asks: by tokens in `headers`, or by the session of `client`."""

    client: Client
    headers: dict[str, str]

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(API + path, query, headers=self.headers)

    def post(self, path: str, body: Any) -> Any:
        return self.client.post(API + path, json.dumps(body), content_type="application/json", headers=self.headers)


def enrolled(place: str = cast.SITE, *, now: datetime = world.NOW) -> tuple[Device, str]:
    """A device at the place, with its token."""
    made = devices.enrol(
        device_id=new_id(), name="máy tính bảng", facility_id=world.facility(place).pk,
        by=access(cast.SYSTEM_ADMINISTRATOR), now=now,
    )  # fmt: skip
    return made.device, made.token


def on_device(member: cast.Member, token: str, *, client: Client | None = None, now: datetime = world.NOW) -> Caller:
    """The member signed in on the device of that token by name and PIN."""
    caller = Caller(client or Client(enforce_csrf_checks=True), {"Authorization": f"Bearer {token}"})
    with clock.at(now):
        answer = caller.post("/device/sign-in/", {"username": member.username, "pin": member.pin})
    assert answer.status_code == 201, answer.content
    caller.headers["Tram-Person"] = answer.json()["token"]
    return caller


def revoked(device: Device) -> None:
    devices.revoke(device_id=device.pk, by=access(cast.SYSTEM_ADMINISTRATOR), now=world.NOW)


def after_its_end(device: Device) -> datetime:
    return device.expires_at + timedelta(minutes=1)
