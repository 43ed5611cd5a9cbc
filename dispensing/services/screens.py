"""The hold of an opened patient: one screen at a time, for minutes, so that two people do not pour for one patient.

A courtesy in Valkey. Correctness never needs it: with Valkey gone every screen may open every patient, and the day is
still claimed once, in the database.
"""

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from redis import Redis
from redis.exceptions import RedisError

from core.access import Access
from core.valkey import client

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Screen:
    """Where a patient is open: who, at which facility, since when."""

    holder: str
    person_label: str
    facility_name: str
    since: datetime


def _key(patient_id: UUID) -> str:
    return f"hold:{patient_id}"


def _opened_on(screen: str) -> str:
    return f"screen:{screen}"


def take(*, patient_id: UUID, screen: str, by: Access, now: datetime, seconds: int) -> Screen | None:
    """Hold the patient for this screen. Answers the other screen that has the patient open, or None: it is ours.

    A screen has one patient open: the one before is free at once. The same screen may take a patient again; the time
    starts anew.
    """
    mine = json.dumps(
        {"screen": screen, "label": by.label, "facility": by.facility_name, "since": now.isoformat()},
        ensure_ascii=False,
    )
    try:
        store = client()
        if not store.set(_key(patient_id), mine, nx=True, ex=seconds):
            held = store.get(_key(patient_id))
            other = json.loads(held) if held is not None else {"screen": screen}
            if other["screen"] != screen:
                return Screen(
                    other["screen"], other["label"], other["facility"], datetime.fromisoformat(other["since"])
                )
            store.set(_key(patient_id), mine, ex=seconds)
        before = store.set(_opened_on(screen), str(patient_id), ex=seconds, get=True)
        if before is not None and before != str(patient_id):
            _free(store, str(before), screen)
    except RedisError as error:
        log.warning("No hold could be taken: %s", type(error).__name__)
    return None


# One way there and back, because every confirmed dose ends with it.
_LEAVE = """
local patient = redis.call('GETDEL', KEYS[1])
local held = patient and redis.call('GET', 'hold:' .. patient)
if held and cjson.decode(held).screen == ARGV[1] then
    redis.call('DEL', 'hold:' .. patient)
end
"""


def leave(*, screen: str) -> None:
    """This screen is back at the list: whoever it had open is free."""
    try:
        client().eval(_LEAVE, 1, _opened_on(screen), screen)
    except RedisError as error:
        log.warning("No hold could be released: %s", type(error).__name__)


def _free(store: Redis, patient_id: str, screen: str) -> None:
    held = store.get(f"hold:{patient_id}")
    if held is not None and json.loads(held)["screen"] == screen:
        store.delete(f"hold:{patient_id}")
