"""Sites, people, patients and bottles at the bench's scale, written in bulk by the owner's role."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.hashers import make_password

from core.access import Access
from core.ids import new_id
from dispensing.models import Prescription
from dispensing.rules.facts import Answers
from dispensing.services import batches
from dispensing.services.authorisations import Authorisation, PouredPortion
from dispensing.services.batches import PastDose
from facilities.models import Area, Facility, FacilityKind, Province
from inventory.models import AccountKind, ActKind, Bottle, DeviceKind, Item, Lot, MeasuringDevice
from inventory.queries.window import METHADONE
from inventory.services import accounts, ledger
from inventory.services.ledger import Move, NewAct
from patients.models import Identity, Patient, Placement
from patients.rules.person import Particulars
from staff.models import Appointment, Person, Proof, Signature

PASSWORD = secrets.token_urlsafe(12)
BATCH = 2_000
ACTS = 500  # in one transaction; each leaves the rows it moves behind, and the next has to step over them
BOTTLE_UL = 10_000_000_000
DIGEST = "0" * 64
MG = Decimal("65")
UL = 6_500


@dataclass(frozen=True)
class Site:
    """One site: its dispensers (usernames), its one opened bottle, the accounts a dose moves between, its patients."""

    facility_id: int
    dispensers: tuple[tuple[int, str], ...]
    bottle_id: int
    lot_id: int
    opened: int
    patients_account: int
    patients: tuple[tuple[UUID, UUID], ...]  # patient, prescription

    def slip(self, place: int, *, dispenser: int, day: date, at: datetime) -> Authorisation:
        """What choosing this patient would have authorised."""
        patient, prescription = self.patients[place]
        return Authorisation(
            dose_id=new_id(),
            patient_id=patient,
            facility_id=self.facility_id,
            person_id=self.dispensers[dispenser][0],
            day=day,
            slot=1,
            mg=MG,
            portions=(PouredPortion(self.bottle_id, self.lot_id, UL),),
            opened_account=self.opened,
            patients_account=self.patients_account,
            prescription_id=prescription,
            reduced=False,
            authorised_at=at,
            answers=Answers(last_dose_proof="card"),
        )


class Population:
    """Builds sites one by one; names and codes never repeat."""

    def __init__(self, *, now: datetime, today: date) -> None:
        self.now, self.today = now, today
        province = Province.objects.create(name="Bench")
        self.area = Area.objects.create(province=province, name="Bench", label="khu vực")
        self.item = Item.objects.create(code=METHADONE, name="Methadone", base_unit="ul", in_bottles=True)
        self.password = make_password(PASSWORD)
        self.count = 0

    def site(self, *, patients: int, dispensers: int) -> Site:
        self.count += 1
        facility = Facility.objects.create(
            area=self.area, kind=FacilityKind.SATELLITE, name=f"Site {self.count}", round_the_clock=True
        )
        MeasuringDevice.objects.create(
            facility=facility, kind=DeviceKind.SYRINGE, name="Bơm 10 mL", step_ul=100, min_ul=100, max_ul=10_000,
            starts_on=self.today,
        )  # fmt: skip
        people = [self._dispenser(facility, number) for number in range(dispensers)]
        bottle, opened, given = self._bottle(facility, people[0])
        return Site(
            facility_id=facility.pk,
            dispensers=tuple((person.pk, person.username) for person in people),
            bottle_id=bottle.pk,
            lot_id=bottle.lot_id,
            opened=opened,
            patients_account=given,
            patients=self._patients(facility, people[0], patients),
        )

    def _dispenser(self, facility: Facility, number: int) -> Person:
        person = Person.objects.create(
            username=f"d{self.count}.{number}", full_name="Bench", initials=f"B.{number}.", password=self.password,
            created_at=self.now,
        )  # fmt: skip
        Appointment.objects.create(person=person, role="dispenser", facility=facility, starts_on=self.today)
        return person

    def _bottle(self, facility: Facility, keeper: Person) -> tuple[Bottle, int, int]:
        held = accounts.ensure(facility_id=facility.pk, item=self.item)
        lot = Lot.objects.create(
            item=self.item, number=f"B{self.count}", manufacturer="Bench", concentration=Decimal(10),
            expires_on=self.today + timedelta(days=600),
        )  # fmt: skip
        bottle = Bottle.objects.create(number=self.count, lot=lot, size_ul=BOTTLE_UL)
        opened = held[AccountKind.OPENED].pk
        steps = [
            (ActKind.RECEIPT, held[AccountKind.SUPPLIER].pk, held[AccountKind.DISPENSING].pk),
            (ActKind.OPENING, held[AccountKind.DISPENSING].pk, opened),
        ]
        for kind, source, target in steps:
            move = Move(lot.pk, bottle.pk, source, target, BOTTLE_UL, "bench")
            act = NewAct(new_id(), kind, keeper.pk, keeper.initials, self.now, self.now, DIGEST, [move])
            ledger.post(act, facility_id=facility.pk)
        Bottle.objects.filter(pk=bottle.pk).update(opened_at=self.now, opened_by=keeper)
        return bottle, opened, held[AccountKind.PATIENTS].pk

    def _patients(self, facility: Facility, signer: Person, number: int) -> tuple[tuple[UUID, UUID], ...]:
        people = [
            Patient(
                code=f"{self.count:03d}{place:06d}", initials=f"B.{place % 97}", sex="m", birth_year=1985,
                treatment_started_on=self.today - timedelta(days=400), known_from=self.today, registered_at=self.now,
            )
            for place in range(number)
        ]  # fmt: skip
        signed = [
            Signature(
                person=signer, facility=facility, meaning="prescribed", subject_kind="prescription",
                subject_id=new_id(), digest=DIGEST, proof=Proof.PAPER, signed_at=self.now,
            )
            for _ in people
        ]  # fmt: skip
        orders = [
            Prescription(
                id=signature.subject_id, patient=patient, facility=facility, phase="maintenance", dose_mg=MG,
                slot_mg=[MG], starts_on=self.today - timedelta(days=20), ends_on=self.today + timedelta(days=9),
                signed_by=signer, signature=signature, digest=DIGEST, recorded_at=self.now,
            )
            for patient, signature in zip(people, signed, strict=True)
        ]  # fmt: skip
        Patient.objects.bulk_create(people, batch_size=BATCH)
        Identity.objects.bulk_create(
            [Identity.seal(p.pk, Particulars("Bench").packed()) for p in people], batch_size=BATCH
        )
        Placement.objects.bulk_create(
            [
                Placement(
                    patient=p, facility=facility, kind="home", starts_on=self.today - timedelta(days=400),
                    recorded_at=self.now, recorded_by=signer,
                )
                for p in people
            ],
            batch_size=BATCH,
        )  # fmt: skip
        Signature.objects.bulk_create(signed, batch_size=BATCH)
        Prescription.objects.bulk_create(orders, batch_size=BATCH)
        return tuple((patient.pk, order.pk) for patient, order in zip(people, orders, strict=True))


def earlier_doses(site: Site, *, days: int, now: datetime, today: date) -> int:
    """Give every patient of the site a dose on each of the `days` before today, through the many-acts door."""
    by = Access(person_id=site.dispensers[0][0], label="B.0.", facility_id=site.facility_id)
    written = 0
    for ago in range(days, 0, -1):
        at, day = now - timedelta(days=ago), today - timedelta(days=ago)
        for first in range(0, len(site.patients), ACTS):
            part = range(first, min(first + ACTS, len(site.patients)))
            past = [
                PastDose(site.slip(place, dispenser=0, day=day, at=at), "known", by.actor_id, by.actor_id, at, at)
                for place in part
            ]
            written += len(batches.record_many(doses=past, facility_id=site.facility_id, by=by))
    return written
