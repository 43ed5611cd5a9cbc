"""The ways out of the product that this installation has."""

import http.client
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage

from core import outgoing
from followup.rules.channels import Channel
from followup.services import sms
from staff.rules.reach import dialled

# What may go wrong on the way out; SMTP's own errors are OSErrors.
FAILURES: Final = (OSError, http.client.HTTPException, sms.NotSent)


class Outlet(Protocol):
    def __call__(self, *, to: str, message_id: UUID) -> None:
        """Send the one sentence there. Raises one of FAILURES."""
        ...


def configured() -> Mapping[Channel, Outlet]:
    """An outlet for each channel that is set up."""
    known: dict[Channel, Outlet] = {Channel.SMS: _sms, Channel.EMAIL: _email}
    return {channel: outlet for channel, outlet in known.items() if channel in settings.CHANNELS}


def _email(*, to: str, message_id: UUID) -> None:
    EmailMessage(
        subject=outgoing.sentence(),
        body=outgoing.text(),
        to=[to],
        headers={"Message-ID": f"<{message_id}@tram>", "Auto-Submitted": "auto-generated"},
    ).send()


def _sms(*, to: str, message_id: UUID) -> None:
    number = dialled(to)
    if number is None:
        raise sms.NotSent("That is no telephone number.")
    _gateway().send(to=number, text=outgoing.text(), message_id=message_id)


def _gateway() -> sms.Sms:
    told = dict(settings.SMS)
    folder = told.pop("folder", "")
    return sms.Files(Path(folder)) if folder else sms.Gateway(**told)
