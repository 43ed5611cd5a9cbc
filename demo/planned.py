"""The rota of the demo's sites for the next four weeks, and the certificates of their people.

One site leaves a Sunday open for whoever tries it; one certificate ends soon, and some were never given out.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final

from core.access import Permission, Role
from demo.refusals import left_out
from demo.sites import NobodyThere, Site
from followup.services import certificates as warnings
from followup.services import rota_told
from staff.models import Certificate
from staff.queries.appointments import standing_at
from staff.queries.rota_fair import suggestions
from staff.rules.rota import Entry
from staff.rules.rota_codes import CertificateKind
from staff.services import certificates, rota
from staff.services.certificates import NewCertificate

HELD: Final = {Role.DISPENSER: 0.7, Role.PHARMACIST: 0.9}  # the share of people who have been to the course
VALID: Final = timedelta(days=3 * 365)
SOONEST: Final = timedelta(days=20)
OPEN_SUNDAY: Final = 0.34  # the share of sites that have a Sunday without anybody to pour


def until_now(sites: Iterable[Site], now: datetime) -> None:
    """Plan what is open and write down certificates once: a later call goes on from there."""
    for site in sites:
        with suppress(NobodyThere), left_out("rota"):
            _planned(site, now)
        with suppress(NobodyThere), left_out("certificates"):
            _certified(site, now)
    warnings.warn(now=now)
    rota_told.tell_tomorrow(now=now)


def _planned(site: Site, now: datetime) -> None:
    by = standing_at(site.facility_id, person_id=site.team.head.person_id, now=now)
    if not by.may_at(Permission.PLAN_ROTA, site.facility_id):
        return
    today = now.astimezone(site.zone).date()
    second_sunday = today + timedelta(days=14 - today.isoweekday())
    leaves_open = site.share("open sunday") < OPEN_SUNDAY
    wanted = [
        Entry(each.day, each.role, each.person_id)
        for each in suggestions(facility_id=site.facility_id, first=today)
        if not (leaves_open and each.day == second_sunday)
    ]
    rota.take(facility_id=site.facility_id, wanted=wanted, by=by, now=now)


def _certified(site: Site, now: datetime) -> None:
    by = standing_at(site.facility_id, person_id=site.team.head.person_id, now=now)
    if not by.may_at(Permission.KEEP_CERTIFICATES, site.facility_id):
        return
    today = now.astimezone(site.zone).date()
    for number, hand in enumerate(site.team.dispensers):
        kept = Certificate.objects.filter(person_id=hand.person_id).exists()
        if kept or site.share("certificate", hand.post.username) > HELD.get(hand.post.role, 0):
            continue
        last = _last_day(site, hand.post.username, today)
        command = NewCertificate(
            site.id(now, "certificate", hand.post.username), hand.person_id, CertificateKind.DISPENSING,
            f"{last.year}/{site.facility_id:02d}{number + 1:02d}/CC-CDC", "CDC tỉnh", last - VALID, last,
        )  # fmt: skip
        certificates.record(command=command, by=by, now=now)


def _last_day(site: Site, username: str, today: date) -> date:
    """Some end within weeks, most in the years to come."""
    return today + SOONEST + timedelta(days=int(site.share("certificate ends", username) * 700))
