"""Storm and flood: a site head says that the road is closed, or the site cannot open, and when that is over.

Whoever stays away on these days did not cause it. Days that were decided already are decided again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from core.clock import local_day
from core.constraints import violated
from dispensing.models import CutOff, DayOutcome
from dispensing.queries.board import placed_today
from dispensing.rules.daycodes import Why
from dispensing.rules.flag_codes import CutOffCause, CutOffKind
from dispensing.rules.flag_settings import FlagSettings
from dispensing.rules.reviews import ReviewWhy
from dispensing.services import days, reviews
from dispensing.services.doses import OtherContent
from dispensing.services.incidents import IncidentRefused
from facilities.models import Facility
from facilities.services import settings as rule_settings
from followup.queries.owners import candidates_by_facility
from followup.rules.owners import Nearness
from followup.services import notices
from followup.services.notices import Telling

SUBJECT: Final = "cut_off"
TOLD: Final = "site_cut_off"
_ABOVE: Final = (Nearness.CLINIC_HEAD, Nearness.CLINIC_PHYSICIAN, Nearness.AREA_MANAGER)


@dataclass(frozen=True)
class NewCutOff:
    """From which day to which the site is cut off, both included, and by what."""

    id: UUID
    kind: CutOffKind
    cause: CutOffCause
    from_day: date
    until_day: date
    words: str = ""


def start(*, command: NewCutOff, by: Access, now: datetime) -> CutOff:
    """Say that the acting site is cut off; the clinic and the area are told. The same id answers the same row.

    Raises PermissionDenied, IncidentRefused, OtherContent.
    """
    facility_id = _authorise(by)
    today = local_day(now, by.zone)
    made = CutOff(
        id=command.id, facility_id=facility_id, kind=str(command.kind), cause=str(command.cause),
        words=command.words.strip(), from_day=command.from_day, until_day=command.until_day, recorded_at=now,
        recorded_by_id=by.actor_id,
    )  # fmt: skip
    with transaction.atomic():
        days.lock(facility_id=facility_id, day=today, since=command.from_day)
        stands = CutOff.objects.filter(pk=command.id).first()
        if stands is not None:
            if _content(stands) != _content(made):
                raise OtherContent
            return stands
        _plausible(command, today, rule_settings.for_facility(FlagSettings, facility_id=facility_id, at=now))
        _insert(made)
        _audit("cut_off.began", made, by, now)
        _decide_again(facility_id, made.from_day, made.until_day, today=today, by=by, now=now)
        _tell(made, today, now)
    return made


def end(*, cut_off_id: UUID, last_day: date, by: Access, now: datetime) -> CutOff:
    """The road is open again: `last_day` was the last on which it was not; before the first, it never was closed.

    Ended once. Raises PermissionDenied, IncidentRefused, CutOff.DoesNotExist of another site.
    """
    facility_id = _authorise(by)
    today = local_day(now, by.zone)
    with transaction.atomic():
        days.lock(facility_id=facility_id, day=today, since=last_day)
        found = CutOff.objects.select_for_update().get(pk=cut_off_id, facility_id=facility_id)
        if found.ended_on is not None:
            if (found.ended_on, found.ended_by_id) == (last_day, by.actor_id):
                return found
            raise IncidentRefused(None, _("Đã có người ghi là đường thông rồi."))
        if not found.from_day - timedelta(days=1) <= last_day < found.until_day or last_day > today:
            raise IncidentRefused("last_day", _("Chọn một ngày trong đợt này, muộn nhất là hôm nay."))
        found.ended_on, found.ended_at, found.ended_by_id = last_day, now, by.actor_id
        found.save(update_fields=["ended_on", "ended_at", "ended_by"])
        _audit("cut_off.ended", found, by, now)
        _decide_again(facility_id, last_day + timedelta(days=1), found.until_day, today=today, by=by, now=now)
    return found


def _authorise(by: Access) -> int:
    if by.facility_id is None or not by.may_at(Permission.CLOSE_ROAD, by.facility_id):
        raise PermissionDenied
    return by.facility_id


def _plausible(command: NewCutOff, today: date, settings: FlagSettings) -> None:
    if command.from_day < today - timedelta(days=settings.cut_off_back_days):
        raise IncidentRefused(
            "from_day", _("Lùi tối đa %(days)d ngày. Chọn ngày gần hơn.") % {"days": settings.cut_off_back_days}
        )
    if command.until_day < max(command.from_day, today):
        raise IncidentRefused("until_day", _("Ngày cuối không được ở trước hôm nay hoặc trước ngày đầu."))
    if (command.until_day - command.from_day).days >= settings.cut_off_days_max:
        raise IncidentRefused(
            "until_day",
            _("Một đợt dài tối đa %(days)d ngày; chưa thông thì ghi đợt mới.") % {"days": settings.cut_off_days_max},
        )
    if command.cause is CutOffCause.OTHER and not command.words.strip():
        raise IncidentRefused("words", _("Ghi rõ vì sao."))


def _insert(made: CutOff) -> None:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if violated(error) != "dispensing_cutoff_one_a_day":
            raise
        raise IncidentRefused("from_day", _("Đã có một đợt trùng những ngày này.")) from error


def _content(row: CutOff) -> tuple[object, ...]:
    return row.facility_id, row.kind, row.cause, row.words, row.from_day, row.until_day, row.recorded_by_id


def _decide_again(facility_id: int, first: date, last: date, *, today: date, by: Access, now: datetime) -> None:
    """The days in between that were decided before say now whose fault it was; everybody here is looked at again."""
    decided = DayOutcome.objects.filter(facility_id=facility_id, day__gte=first, day__lte=min(last, today))
    for day in sorted(set(decided.values_list("day", flat=True))):
        days.decide(facility_id=facility_id, day=day, by=by, now=now, why=Why.LATE_FACT)
    reviews.due(_here(facility_id, now, by.zone), why=ReviewWhy.ROAD, now=now)


def _here(facility_id: int, now: datetime, zone: str) -> list[UUID]:
    return placed_today(facility_id=facility_id, now=now, zone=zone)


def _tell(made: CutOff, today: date, now: datetime) -> None:
    """The main clinic and the area hear that the site is cut off: once, with figures only."""
    around = candidates_by_facility([made.facility_id], first_day=today, last_day=today).get(made.facility_id, [])
    name = Facility.objects.values_list("name", flat=True).get(pk=made.facility_id)
    above: Iterable[int] = sorted({one.person_id for one in around if one.nearness in _ABOVE and one.serves(today)})
    notices.tell(
        (
            Telling(
                person_id=person_id, kind=TOLD, key=f"cut_off:{made.pk}", subject_kind=SUBJECT, subject_id=made.pk,
                facility_id=made.facility_id,
                data={"site": name, "kind": made.kind, "cause": made.cause, "until": made.until_day.isoformat()},
            )
            for person_id in above
        ),
        now=now,
    )  # fmt: skip


def _audit(action: str, row: CutOff, by: Access, now: datetime) -> None:
    audit.record(
        action=action, by=by, now=now, subject_kind=SUBJECT, subject_id=row.pk, facility_id=row.facility_id,
        kind=row.kind, cause=row.cause, from_day=row.from_day.isoformat(), until_day=row.until_day.isoformat(),
    )  # fmt: skip
