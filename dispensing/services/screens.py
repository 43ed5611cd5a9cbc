"""The hold of an opened patient: one screen at a time, for a few minutes, so that two people do not pour for one patient.

A courtesy in Valkey. Correctness never needs it: with Valkey gone every screen may open every patient, and the day is
still claimed once, in the database.
"""

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

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


def take(*, patient_id: UUID, screen: str, by: Access, now: datetime, seconds: int) -> Screen | None:
    """Hold the patient for this screen. Answers the other screen that has the patient open, or None: it is ours.

    The same screen may take it again; its time starts anew.
    """
    mine = json.dumps(
        {"screen": screen, "label": by.label, "facility": by.facility_name, "since": now.isoformat()}, ensure_ascii=False
    )
    try:
        store = client()
        for _ in range(2):  # the other screen's hold may end between the two questions
            if store.set(_key(patient_id), mine, nx=True, ex=seconds):
                return None
            held = store.get(_key(patient_id))
            if held is not None:
                break
        else:
            return None
        other = json.loads(held)
        if other["screen"] == screen:
            store.set(_key(patient_id), mine, xx=True, ex=seconds)
            return None
    except RedisError as error:
        log.warning("No hold could be taken: %s", type(error).__name__)
        return None
    return Screen(other["screen"], other["label"], other["facility"], datetime.fromisoformat(other["since"]))


def release(*, patient_id: UUID, screen: str) -> None:
    """Give the patient back, where this screen holds it."""
    try:
        store = client()
        held = store.get(_key(patient_id))
        if held is not None and json.loads(held)["screen"] == screen:
            store.delete(_key(patient_id))
    except RedisError as error:
        log.warning("No hold could be released: %s", type(error).__name__)
