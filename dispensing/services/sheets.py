"""Sheets of paper for a morning that may come without power or network: numbered, kept as printed, void when wrong."""

from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from core import audit
from core.access import Access
from core.clock import local_day
from core.digests import sha256_of
from core.ids import new_id
from dispensing.models import Sheet
from dispensing.queries.sheets import chain_head, lines_for, strength_in_use
from dispensing.rules.late import SheetReason, SheetVoid
from facilities.models import Facility
from inventory.queries.window import site_window


class DayIsOver(Exception):
    """A sheet is printed for today or a day to come; what is over is typed in, not printed."""


def document(sheet: Sheet) -> dict[str, object]:
    """What a sheet's digest is made of: all that the paper shows."""
    return {
        "document": "sheet",
        "id": sheet.pk,
        "facility": sheet.facility_id,
        "year": sheet.year,
        "number": sheet.number,
        "scan": sheet.scan,
        "for_day": sheet.for_day,
        "why": sheet.why,
        "mg_per_ml": sheet.mg_per_ml,
        "content": sheet.content,
        "issued_at": sheet.issued_at,
        "issued_by": sheet.issued_by_id,
    }


def issue(*, facility_id: int, for_day: date, by: Access, now: datetime, why: SheetReason) -> Sheet:
    """The sheet of a morning, for the dispenser's folder; the same one again while nothing on it has changed.

    A changed one gets the site's next number of the year, without a gap, and makes the one before it void. Raises
    DayIsOver for a day before today. Takes no lock but the site's own for sheets, so it may come last in a transaction.
    """
    zone = Facility.objects.values_list("zone", flat=True).get(pk=facility_id)
    today = local_day(now, zone)
    if for_day < today:
        raise DayIsOver
    with transaction.atomic():
        _lock(facility_id)
        void_outdated(facility_id=facility_id, by=by, now=now)
        made = lines_for(facility_id=facility_id, for_day=for_day, now=now)
        content_digest = sha256_of(made.content)
        standing = Sheet.objects.filter(facility_id=facility_id, for_day=for_day, void_at__isnull=True).first()
        if standing is not None and standing.content_digest == content_digest:
            return standing
        if standing is not None:
            _void([standing.pk], SheetVoid.REPLACED, by, now)
        sheet = Sheet(
            id=new_id(),
            facility_id=facility_id,
            year=today.year,
            number=_next_number(facility_id, today.year),
            scan=_next_scan(),
            for_day=for_day,
            why=why,
            mg_per_ml=made.mg_per_ml,
            content={**made.content, "chain": chain_head(facility_id)},
            content_digest=content_digest,
            issued_at=now,
            issued_by_id=by.actor_id,
        )
        sheet.digest = sha256_of(document(sheet))
        sheet.save(force_insert=True)
        audit.record(
            action="sheet.issued", by=by, now=now, subject_kind="sheet", subject_id=sheet.pk, number=sheet.number,
            for_day=for_day.isoformat(), why=str(why),
        )  # fmt: skip
    return sheet


def void_outdated(*, facility_id: int, by: Access, now: datetime) -> int:
    """Make the sheets of today and later void whose mL figures no longer fit the bottle in use; answers how many.

    No statement is written where none is outdated: a page may call it whenever it is opened.
    """
    strength = strength_in_use(site_window(facility_id=facility_id))
    if strength is None:
        return 0
    zone = Facility.objects.values_list("zone", flat=True).get(pk=facility_id)
    outdated = Sheet.objects.filter(
        facility_id=facility_id, void_at__isnull=True, for_day__gte=local_day(now, zone), mg_per_ml__isnull=False
    ).exclude(mg_per_ml=strength)
    ids = list(outdated.values_list("pk", flat=True))
    return _void(ids, SheetVoid.STRENGTH_CHANGED, by, now) if ids else 0


def _void(ids: list[UUID], why: SheetVoid, by: Access, now: datetime) -> int:
    with transaction.atomic():
        done = Sheet.objects.filter(pk__in=ids, void_at__isnull=True).update(void_at=now, void_why=why)
        for id_ in ids:
            audit.record(action="sheet.void", by=by, now=now, subject_kind="sheet", subject_id=id_, why=str(why))
    return done


def _lock(facility_id: int) -> None:
    """Two people who print at once meet here, so that no number is given twice or left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sheets of {facility_id}"])


def _next_number(facility_id: int, year: int) -> int:
    last = Sheet.objects.filter(facility_id=facility_id, year=year).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _next_scan() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('dispensing_sheet_scan')")
        [number] = cursor.fetchone()
    return int(number)


__all__ = ["DayIsOver", "document", "issue", "void_outdated"]
