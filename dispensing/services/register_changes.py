"""What follows from a status or a place that was put right in the register: its days are decided again."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from core.access import Access
from core.clock import local_day
from dispensing.rules.daycodes import Why
from dispensing.rules.reviews import ReviewWhy
from dispensing.services import days, reviews


def follow(patient_ids: Collection[UUID], since: date, by: Access, now: datetime) -> None:
    """Decide their days again from `since` to today and have them looked at; in the register's transaction, whose
    locks are held.
    """
    who = sorted(patient_ids)
    today = local_day(now, by.zone)
    if since <= today:
        days.again(patient_ids=who, first=since, last=today, by=by, now=now, why=Why.REGISTER)
    reviews.due(who, why=ReviewWhy.PLACEMENT, now=now)
