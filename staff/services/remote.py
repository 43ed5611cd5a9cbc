"""The second person who is elsewhere: a six-digit code, got for the own PIN, read over the phone, good for one act.

Only what the code hashes to is stored. Wrong entries are counted per code and end it; its owner alone can get another.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from core import audit
from core.access import Access
from facilities.services import settings
from staff.models import Person, Proof, RemoteCode, RemoteTry
from staff.queries.people import callers_at
from staff.roles import REMOTE_WITNESSES
from staff.rules.settings import WitnessSettings
from staff.services import pins
from staff.services.refusals import CodeLocked, CodeSpent, NoCode, SamePerson, UnknownSecond, WrongCode

DIGITS = 6


@dataclass(frozen=True)
class NewCode:
    """Whom the code is for, and where. `id` is made with the form: a form sent twice gets one code."""

    id: UUID
    facility_id: int
    actor_username: str
    pin: str


@dataclass(frozen=True)
class Issued:
    """The code, to be shown once."""

    code: str
    expires_at: datetime
    actor: str


@dataclass(frozen=True)
class ProvenCode:
    """Somebody has just been told the newest code of this person for them."""

    code_id: UUID
    proven: pins.Proven


class ShownAlready(Exception):
    """The form was sent before, and its code shown: it is not shown again."""


def may_witness(access: Access, facility_id: int) -> bool:
    """Whoever may sign second there, or look at it later, may do so from elsewhere."""
    return any(access.may_at(permission, facility_id) for permission in REMOTE_WITNESSES)


def issue(*, new: NewCode, by: Access, now: datetime) -> Issued:
    """Get a code for one act of that colleague there, for one's own PIN.

    The newest code counts, and no other. Raises PermissionDenied, UnknownSecond for somebody who does not work there,
    SamePerson, a pins.PinRefused, ShownAlready.
    """
    if not may_witness(by, new.facility_id):
        raise PermissionDenied
    callers = callers_at(facility_id=new.facility_id, now=now, besides=None)
    actor = Person.objects.filter(username=new.actor_username).first()
    if actor is None or actor.username not in {caller.username for caller in callers}:
        raise UnknownSecond
    if actor.pk == by.person_id:
        raise SamePerson
    pins.verify(person_id=by.actor_id, pin=new.pin, by=by, now=now)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    rules = settings.for_facility(WitnessSettings, facility_id=new.facility_id, at=now)
    with transaction.atomic():
        made, first = RemoteCode.objects.get_or_create(
            pk=new.id,
            defaults={
                "witness_id": by.actor_id,
                "actor": actor,
                "facility_id": new.facility_id,
                "acting_as": by.roles_text,
                "code_hash": pins.encode(code),
                "made_at": now,
                "expires_at": now + timedelta(minutes=rules.remote_code_minutes),
            },
        )
        if not first:
            raise ShownAlready
        audit.record(
            action="remote_code.made",
            by=by,
            now=now,
            subject_kind="person",
            subject_id=actor.pk,
            facility_id=new.facility_id,
        )
    return Issued(code, made.expires_at, actor.full_name)


def check(*, witness_id: int, code: str, by: Access, facility_id: int, now: datetime) -> ProvenCode:
    """Compare what `by` typed with the newest code that the witness got for them here; raises a CodeRefused.

    A transaction of its own, like pins.verify, so that the count of wrong entries outlives whatever the caller refuses
    because of it. A code that is used is still that person's word: `spend` says for which act.
    """
    rules = settings.for_facility(WitnessSettings, facility_id=facility_id, at=now)
    with transaction.atomic(durable=True):
        newest = (
            RemoteCode.objects.select_for_update(no_key=True)
            .filter(witness_id=witness_id, actor_id=by.actor_id, facility_id=facility_id)
            .order_by("-made_at", "-id")
            .first()
        )
        if newest is None or now > newest.expires_at:
            raise NoCode
        wrong = newest.wrong.count()
        if wrong >= rules.remote_code_tries:
            raise CodeLocked
        if pins.matches(code, newest.code_hash):
            return ProvenCode(newest.pk, pins.Proven(person_id=witness_id, proof=Proof.CODE, at=now))
        RemoteTry.objects.create(code=newest, at=now)
        left = rules.remote_code_tries - wrong - 1
        action = "remote_code.wrong" if left else "remote_code.locked"
        audit.record(
            action=action, by=by, now=now, subject_kind="person", subject_id=witness_id, facility_id=facility_id
        )
    raise WrongCode(left) if left else CodeLocked


def spend(*, code_id: UUID, act_id: UUID, now: datetime) -> None:
    """Use the code for this act, in the act's transaction; raises CodeSpent where another act has used it."""
    unused = RemoteCode.objects.filter(pk=code_id, used_at__isnull=True)
    if not unused.update(used_at=now, used_for=act_id):
        raise CodeSpent
