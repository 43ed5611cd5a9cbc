"""An inspection: the moment it froze, the legal paper for identities, and the record that the site signs.

Nothing is locked by it: doses go on. The freeze is a link of the chain that later reading goes back to.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils.translation import gettext as _

from core.access import Access, Permission
from core.clock import local_day
from core.digests import canonical, sha256_of
from facilities.models import Facility
from facilities.services import settings
from followup.services import notices
from followup.services.notices import Telling
from inventory.models import ChainHead, IdentityPaper, Inspection, InspectionEnd
from inventory.queries import inspections as queries
from inventory.queries.keepers import answering
from inventory.rules.settings_inspection import InspectionSettings
from inventory.rules.violations import Code, Level, Violation
from inventory.services import acts, observing
from inventory.services.acts import StockRefused
from inventory.services.bottles import OwnPinRefused
from inventory.services.observing import Observation
from staff.services import pins, signatures

KIND: Final = "inspection"
NOTICE: Final = "inspection"


@dataclass(frozen=True)
class Starting:
    """Who inspects, for which authority, by which paper."""

    id: UUID
    inspector: str
    authority: str
    paper_number: str
    paper_on: date

    @property
    def columns(self) -> dict[str, Any]:
        return {
            "inspector": self.inspector.strip(),
            "authority": self.authority.strip(),
            "paper_number": self.paper_number.strip(),
            "paper_on": self.paper_on,
        }


@dataclass(frozen=True)
class LegalPaper:
    """By which paper identities may be seen: of whom, and which leader at the place let them."""

    id: UUID
    inspection_id: UUID
    number: str
    issued_on: date
    authority: str
    scope: str
    allowed_by: str
    own_pin: str = field(repr=False)

    @property
    def columns(self) -> dict[str, Any]:
        return {
            "inspection_id": self.inspection_id,
            "number": self.number.strip(),
            "issued_on": self.issued_on,
            "authority": self.authority.strip(),
            "scope": self.scope.strip(),
            "allowed_by": self.allowed_by.strip(),
        }


@dataclass(frozen=True)
class Ending:
    """The inspector's name as they wrote it under the record, and what they remarked."""

    inspection_id: UUID
    inspector: str
    remarks: str
    own_pin: str = field(repr=False)


def start(*, command: Starting, by: Access, now: datetime) -> Inspection:
    """Freeze the end of the facility's chain as what the inspection is about. The same id again: the same inspection.

    Raises StockRefused where something is not said or the id says otherwise, PermissionDenied.
    """
    acts.authorise(by, Permission.INSPECT)
    seen = Observation(command.id, KIND, by, now, {**command.columns, "pressed_by_id": by.actor_id})
    with observing.recording(seen):
        earlier = observing.known(seen, Inspection)
        if earlier is not None:
            return earlier
        _said(command.columns)
        as_of = observing.chain_end(seen.facility_id)
        head = ChainHead.objects.get(pk=seen.facility_id)
        row = Inspection.objects.create(
            id=seen.id,
            facility_id=seen.facility_id,
            as_of=as_of,
            head_hash=bytes(head.hash).hex(),
            pressed_at=now,
            **seen.stated,
        )
        observing.written(seen, as_of=as_of)
        _tell(row, by=by, now=now, identities=False)
        return row


def allow_identities(*, command: LegalPaper, by: Access, now: datetime) -> IdentityPaper:
    """Record the legal paper that opens who the patients of this site are, for some hours and while it is inspected.

    Signed with one's own PIN. Raises StockRefused where something is not said, where the inspection has ended or has
    its paper already; OwnPinRefused, PermissionDenied, Inspection.DoesNotExist.
    """
    row = queries.get_inspection(command.inspection_id, access=by)
    there = _at(row, by)
    own = _proven(command.own_pin, there, now)
    seen = Observation(command.id, "identity_paper", there, now)
    with observing.recording(seen):
        earlier = IdentityPaper.objects.filter(pk=command.id).first()
        if earlier is not None:
            _same(earlier, {**command.columns, "recorded_by_id": by.actor_id})
            return earlier
        _said(command.columns)
        _lock(row.pk)
        if _ended(row.pk) or IdentityPaper.objects.filter(inspection=row).exists():
            words = _("Cuộc thanh tra đã kết thúc, hoặc đã có văn bản được ghi.")
            raise StockRefused((Violation(Code.OTHER_CONTENT, Level.STOP, words, _("Tải lại trang.")),))
        in_force = settings.for_facility(InspectionSettings, facility_id=row.facility_id, at=now)
        kept = IdentityPaper.objects.create(
            id=command.id,
            recorded_by_id=by.actor_id,
            recorded_at=now,
            until_at=now + timedelta(hours=in_force.inspection_identity_hours),
            **command.columns,
        )
        digest = sha256_of({"document": seen.kind, "id": kept.pk, "until": kept.until_at, **command.columns})
        signatures.sign(
            proven=own, signer=there, meaning="allowed", subject_kind=seen.kind, subject_id=kept.pk, digest=digest,
            now=now,
        )  # fmt: skip
        observing.written(seen, inspection=str(row.pk), until=kept.until_at.isoformat())
        _tell(row, by=by, now=now, identities=True)
        return kept


def _tell(row: Inspection, *, by: Access, now: datetime, identities: bool) -> None:
    """Who answers for the place hears that it is inspected, and again when names may be seen."""
    around = answering(row.facility_id, day=local_day(now, by.zone))
    people = {*around.site_heads, *around.clinic_heads, *around.area_managers} - {by.actor_id}
    place = Facility.objects.values_list("name", flat=True).get(pk=row.facility_id)
    notices.tell(
        (
            Telling(
                person_id=person, kind=NOTICE, key=f"inspection:{row.pk}:{identities}", subject_kind=KIND,
                subject_id=row.pk, facility_id=row.facility_id, data={"place": place, "identities": identities},
            )
            for person in sorted(people)
        ),
        now=now,
    )  # fmt: skip


def opens_identities(row: Inspection, *, now: datetime) -> IdentityPaper | None:
    """The legal paper by which identities may be seen now; None without one, after its time, after the end."""
    paper = IdentityPaper.objects.filter(inspection=row).first()
    if paper is None or now > paper.until_at or _ended(row.pk):
        return None
    return paper


def end(*, command: Ending, by: Access, now: datetime) -> InspectionEnd:
    """Close an inspection: the site signs what was frozen and counted, beside the inspector's written name.

    A second end by the same person is the first. Raises StockRefused where no name is written or somebody else has
    ended it, OwnPinRefused, PermissionDenied, Inspection.DoesNotExist.
    """
    row = queries.get_inspection(command.inspection_id, access=by)
    there = _at(row, by)
    own = _proven(command.own_pin, there, now)
    seen = Observation(row.pk, "inspection_end", there, now)
    stated = {"inspector": command.inspector.strip(), "remarks": command.remarks.strip()}
    with observing.recording(seen):
        _lock(row.pk)
        earlier = InspectionEnd.objects.filter(pk=row.pk).first()
        if earlier is not None:
            _same(earlier, {**stated, "ended_by_id": by.actor_id})
            return earlier
        _said({"inspector": stated["inspector"]})
        content = _content(row, stated)
        digest = sha256_of(content)
        signature = signatures.sign(
            proven=own, signer=there, meaning="inspected", subject_kind=KIND, subject_id=row.pk, digest=digest, now=now
        )
        kept = InspectionEnd.objects.create(
            inspection=row,
            content=content,
            digest=digest,
            signature=signature,
            ended_by_id=by.actor_id,
            ended_at=now,
            **stated,
        )
        observing.written(seen, as_of=row.as_of)
        return kept


def _content(row: Inspection, stated: dict[str, str]) -> dict[str, Any]:
    """What the site signs, as it is kept."""
    stood = queries.frozen(facility_id=row.facility_id, as_of=row.as_of)
    count = queries.last_count(row.pk)
    content: dict[str, Any] = {
        "document": KIND,
        "id": row.pk,
        "facility": row.facility_id,
        "as_of": row.as_of,
        "head": row.head_hash,
        "by": [row.inspector, row.authority, row.paper_number, row.paper_on],
        "count": count.pk if count else None,
        **queries.said(stood, queries.compared(stood, count) if count else ()),
        "end": stated,
    }
    return dict(canonical(content))


def _at(row: Inspection, by: Access) -> Access:
    """The person as acting at the inspected place: they may open its inspections wherever they act now."""
    if not by.may_at(Permission.INSPECT, row.facility_id):
        raise PermissionDenied
    return replace(by, facility_id=row.facility_id, facility_name=row.facility.name, zone=row.facility.zone)


def _proven(pin: str, by: Access, now: datetime) -> pins.Proven:
    try:
        return pins.verify(person_id=by.actor_id, pin=pin, by=by, now=now)
    except pins.PinRefused as refused:
        raise OwnPinRefused(refused.sentence) from refused


def _said(columns: dict[str, Any]) -> None:
    missing = [name for name, value in columns.items() if value == ""]
    if missing:
        raise StockRefused(tuple(Violation(Code.WORDS_NEEDED, Level.ASK, _("Ghi rõ."), field=name) for name in missing))


def _same(row: Any, stated: dict[str, Any]) -> None:
    if any(getattr(row, name) != value for name, value in stated.items()):
        raise acts.OtherContent


def _ended(inspection_id: UUID) -> bool:
    return InspectionEnd.objects.filter(pk=inspection_id).exists()


def _lock(inspection_id: UUID) -> None:
    """Two who end it, or record its paper, at once wait here: inspections themselves are append-only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"inspection {inspection_id}"])
