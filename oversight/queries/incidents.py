"""The single incidents behind a number, without identity: when, what, what followed, who wrote it down.

No free words of the site: somebody may have written a name into them. A code only for who may open patients there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import F, Model, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import Access, Permission
from core.templatetags.tram import mg, ml, time
from dispensing.models import Dose, NearMiss, Outcome, OverdoseIncident, WrongDose
from dispensing.queries.mishap_figures import WRONG_DOSE_WORDS
from dispensing.rules.choices import OUTCOME_WORDS, SIGN_WORDS, OutcomeCode, SobrietySign
from dispensing.rules.incident_codes import FOUND_WORDS, NEAR_MISS_WORDS, FoundHow, NearMissKind, WrongDoseKind
from dispensing.rules.overdose_codes import PLACE_WORDS, Place
from facilities.models import Facility
from inventory.models import BaseUnit, CountLine, LossReport
from inventory.rules.countkinds import LossKind
from inventory.rules.countkinds import Outcome as Counted
from inventory.rules.wording_counts import LOSS_WORDS
from inventory.rules.wording_counts import OUTCOME_WORDS as COUNTED_WORDS
from oversight.models import IncidentLook
from oversight.queries.sites import TURNED_AWAY
from oversight.rules.looks import What

Row = TypeVar("Row", bound=Model)
MOST: Final = 200  # incidents of one kind at one site that a page lists, the newest first


@dataclass(frozen=True)
class Incident:
    """One of them. `code` is empty for who may not open patients at the site."""

    at: datetime
    words: str | Promise
    more: tuple[str, ...]
    by: str
    code: str = ""


@dataclass(frozen=True)
class _Asked:
    facility: Facility
    first: date
    last: date
    code: bool

    def within(self, column: str) -> Q:
        """The days as moments, in the facility's zone."""
        zone = ZoneInfo(self.facility.zone)
        begins = datetime(self.first.year, self.first.month, self.first.day, tzinfo=zone)
        after = self.last + timedelta(days=1)
        ends = datetime(after.year, after.month, after.day, tzinfo=zone)
        return Q(**{f"{column}__gte": begins, f"{column}__lt": ends})


def open_look(
    *, person_id: int, facility_id: int, what: What, first: date, last: date, now: datetime
) -> IncidentLook | None:
    """The stated reason that opens these incidents now; None where nobody stated one that reaches so far."""
    looks = IncidentLook.objects.filter(
        person_id=person_id, facility_id=facility_id, what=what, until__gt=now,
        first_day__lte=first, last_day__gte=last,
    )  # fmt: skip
    return looks.order_by("-until").first()


def incidents(*, what: What, facility: Facility, first: date, last: date, access: Access) -> tuple[Incident, ...]:
    """The incidents of these days, both included, newest first. One statement, for stock two."""
    asked = _Asked(facility, first, last, access.may_at(Permission.VIEW_PATIENT, facility.pk))
    return _OF[what](asked)


def _turned_away(asked: _Asked) -> tuple[Incident, ...]:
    later = Dose.objects.filter(
        patient_id=OuterRef("patient_id"), covers_day=OuterRef("day"), void__isnull=True, given_at__gt=OuterRef("at")
    ).order_by("given_at")
    rows = (
        Outcome.objects.filter(
            facility=asked.facility, day__gte=asked.first, day__lte=asked.last, code__in=sorted(TURNED_AWAY)
        )
        .annotate(drunk_at=Subquery(later.values("given_at")[:1]))
        .select_related("patient", "recorded_by")
        .order_by("-at", "-id")
    )
    return tuple(
        Incident(
            at=row.at,
            words=OUTCOME_WORDS[OutcomeCode(row.code)],
            more=tuple(
                words
                for words in (
                    ", ".join(str(SIGN_WORDS[SobrietySign(sign)]) for sign in row.signs),
                    _("hẹn xem lại lúc %(at)s") % {"at": time(row.recheck_at)} if row.recheck_at else "",
                    _("sau đó đã uống lúc %(at)s") % {"at": time(row.drunk_at)}
                    if row.drunk_at
                    else _("hôm đó không uống"),
                )
                if words
            ),
            by=row.recorded_by.initials,
            code=row.patient.code if asked.code else "",
        )
        for row in rows[:MOST]
    )


def _near_misses(asked: _Asked) -> tuple[Incident, ...]:
    rows = NearMiss.objects.filter(asked.within("at"), facility=asked.facility)
    return tuple(
        Incident(
            at=row.at,
            words=NEAR_MISS_WORDS[NearMissKind(row.kind)],
            more=(_("có ghi chú ở cơ sở"),) if row.note else (),
            by=row.recorded_by.initials,
            code=row.patient.code if asked.code and row.patient else "",
        )
        for row in _newest(rows.select_related("patient", "recorded_by"), "at")
    )


def _wrong_doses(asked: _Asked) -> tuple[Incident, ...]:
    rows = WrongDose.objects.filter(facility=asked.facility, day__gte=asked.first, day__lte=asked.last)
    return tuple(
        Incident(
            at=row.happened_at,
            words=WRONG_DOSE_WORDS[WrongDoseKind(row.kind)],
            more=(
                _("lẽ ra %(intended)s mg, đã uống %(actual)s mg")
                % {"intended": mg(row.intended_mg), "actual": mg(row.actual_mg)},
                str(FOUND_WORDS[FoundHow(row.found_how)]),
            ),
            by=row.recorded_by.initials,
            code=row.drinker.code if asked.code and row.drinker else "",
        )
        for row in _newest(rows.select_related("drinker", "recorded_by"), "happened_at")
    )


def _overdoses(asked: _Asked) -> tuple[Incident, ...]:
    rows = OverdoseIncident.objects.filter(asked.within("found_at"), facility=asked.facility).annotate(
        reported_at=F("report__recorded_at")
    )
    return tuple(
        Incident(
            at=row.found_at,
            words=PLACE_WORDS[Place(row.place)],
            more=(_("đã có báo cáo") if row.reported_at else _("chưa có báo cáo"),),
            by=row.recorded_by.initials,
            code=row.patient.code if asked.code and row.patient else "",
        )
        for row in _newest(rows.select_related("patient", "recorded_by"), "found_at")
    )


def _discrepancies(asked: _Asked) -> tuple[Incident, ...]:
    """What a count found otherwise than the book, and what was reported lost. Stock has no patient."""
    agreeing = [str(Counted.AGREES), str(Counted.ELSEWHERE)]
    lines = (
        CountLine.objects.filter(asked.within("count__counted_at"), count__facility=asked.facility)
        .exclude(outcome__in=agreeing)
        .annotate(unit=F("lot__item__base_unit"))
        .select_related("count__counted_by")
        .order_by("-count__counted_at", "position")
    )
    losses = LossReport.objects.filter(asked.within("found_at"), facility=asked.facility).select_related("recorded_by")
    found = [
        Incident(
            at=line.count.counted_at,
            words=COUNTED_WORDS[Counted(line.outcome)],
            more=tuple(
                words for words in (_difference(line.found - line.book, line.unit), _within(line.within)) if words
            ),
            by=line.count.counted_by.initials,
        )
        for line in lines[:MOST]
    ]
    found += [
        Incident(
            at=loss.found_at,
            words=LOSS_WORDS[LossKind(loss.kind)],
            more=(_("đã gửi báo cáo") if loss.sent_at else _("chưa gửi báo cáo"),),
            by=loss.recorded_by.initials,
        )
        for loss in _newest(losses, "found_at")
    ]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True)[:MOST])


def _difference(amount: int, unit: str | None) -> str:
    sign = "+" if amount > 0 else "−"
    if unit is None:
        return ""
    if unit == BaseUnit.AMPOULE:
        return sign + ngettext("%(count)d ống", "%(count)d ống", abs(amount)) % {"count": abs(amount)}
    return f"{sign}{ml(abs(amount))} mL"


def _within(within: bool) -> str:
    return _("trong sai số của dụng cụ") if within else ""


def _newest(rows: "QuerySet[Row]", column: str) -> "QuerySet[Row]":
    return rows.order_by(f"-{column}", "-pk")[:MOST]


_OF: Final[dict[What, Callable[[_Asked], tuple[Incident, ...]]]] = {
    What.TURNED_AWAY: _turned_away,
    What.NEAR_MISS: _near_misses,
    What.WRONG_DOSE: _wrong_doses,
    What.OVERDOSE: _overdoses,
    What.DISCREPANCY: _discrepancies,
}
