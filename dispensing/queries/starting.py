"""What is there already of the people of a form: their rows, their codes, who looks like them. A few statements."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef

from core.access import Access, Permission
from dispensing.models import StartRecord
from dispensing.queries.prescribing import concentrations_at, site_device
from dispensing.rules.facts import DeviceFact
from dispensing.rules.settings import DosingSettings
from dispensing.rules.start_rows import StartRow
from facilities.models import Facility
from facilities.services import settings as rule_settings
from patients.models import Patient, Placement
from patients.rules.names import initials_of
from staff.models import Person
from staff.queries.appointments import standing_at

Likeness = tuple[str, int, str, date]


@dataclass(frozen=True)
class Standing:
    """A row that was written before: for whom, where, and what it said."""

    code: str
    facility_id: int
    key: str
    digest: str


@dataclass(frozen=True)
class Known:
    """What the books hold that a row may meet. `alike`: the code of who has the same initials, year of birth, sex and
    start of treatment, empty for who never drank here. `signers`: what each named physician may do at the facility.
    """

    by_key: Mapping[str, Standing]
    by_code: Mapping[str, Standing]
    codes: frozenset[str]
    alike: Mapping[Likeness, str]
    signers: Mapping[str, Access]


@dataclass(frozen=True)
class Here:
    """By which rules and with what the facility doses."""

    settings: DosingSettings
    device: DeviceFact | None
    concentrations: tuple[Decimal, ...]


def known(rows: Collection[StartRow], keys: Collection[str], *, facility_id: int, now: datetime) -> Known:
    """Five statements, and three for each physician who is named."""
    codes = {row.code for row in rows if row.code}
    found = StartRecord.objects.filter(row_key__in=list(keys)) | StartRecord.objects.filter(patient__code__in=codes)
    standing = [
        Standing(*values) for values in found.values_list("patient__code", "facility_id", "row_key", "row_digest")
    ]
    born = {row.birth_year for row in rows}
    since = {row.treated_since for row in rows}
    drinks_here = Exists(Placement.objects.filter(patient_id=OuterRef("pk"), facility_id=facility_id))
    alike = Patient.objects.filter(birth_year__in=born, treatment_started_on__in=since).annotate(mine=drinks_here)
    usernames = {row.order.physician for row in rows if row.order}
    people = Person.objects.filter(username__in=usernames).values_list("username", "pk")
    return Known(
        by_key={each.key: each for each in standing},
        by_code={each.code: each for each in standing},
        codes=frozenset(Patient.objects.filter(code__in=codes).values_list("code", flat=True)),
        alike={
            (one.initials, one.birth_year, one.sex, one.treatment_started_on): one.code if one.mine else ""
            for one in alike.order_by("code")
        },
        signers={name: standing_at(facility_id, person_id=pk, now=now) for name, pk in people},
    )


def here(facility: Facility, *, today: date, now: datetime) -> Here:
    """What an order has to fit."""
    return Here(
        settings=rule_settings.for_facility(DosingSettings, facility_id=facility.pk, at=now),
        device=site_device(facility.pk),
        concentrations=concentrations_at(facility.pk, today=today),
    )


def likeness(row: StartRow) -> Likeness:
    return initials_of(row.full_name), row.birth_year, row.sex, row.treated_since


def may_sign(signer: Access | None, *, facility_id: int) -> bool:
    """Whether this person may sign orders of the facility today."""
    return signer is not None and signer.may_at(Permission.PRESCRIBE, facility_id)
