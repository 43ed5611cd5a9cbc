"""Hands for tests of a morning: a patient with a prescription in force, an opened bottle, a dose given to them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from core.access import Access
from core.digests import sha256_of
from core.ids import new_id
from dispensing.models import Dose, Prescription
from dispensing.rules.facts import Answers
from dispensing.services import authorisations, doses, prescriptions
from dispensing.services.authorisations import Authorisation, Choice
from dispensing.services.doses import Confirmation, DoseReceipt
from facilities.models import Facility
from inventory.models import AccountKind, ActKind, Bottle, DeviceKind, Document, Item, Lot, MeasuringDevice
from inventory.queries.window import METHADONE, site_window
from inventory.services import accounts, ledger
from inventory.services.ledger import Move, NewAct
from patients.models import Identity, Patient, Placement
from patients.rules.person import Particulars
from staff.models import Person, Proof, Signature
from staff.queries.appointments import standing_at
from tests import cast, world

_numbers = count(7_000)
DIGEST = "0" * 64
OWN_NUMBERS = 80_000_000


def access(member: cast.Member, at: str = cast.SITE, now: datetime = world.NOW) -> Access:
    """What this member of the cast may do at a facility."""
    return standing_at(world.facility(at).pk, person_id=world.person(member).pk, now=now)


def site(name: str = cast.SITE) -> Facility:
    return world.facility(name)


def methadone() -> Item:
    item, _ = Item.objects.get_or_create(
        code=METHADONE, defaults={"name": "Methadone hydroclorid", "base_unit": "ul", "in_bottles": True}
    )
    return item


def device(at: Facility) -> MeasuringDevice:
    found = MeasuringDevice.objects.filter(facility=at, retired_on__isnull=True).first()
    return found or MeasuringDevice.objects.create(
        facility=at,
        kind=DeviceKind.SYRINGE,
        name="Bơm 10 mL",
        step_ul=100,
        min_ul=100,
        max_ul=10_000,
        starts_on=cast.SINCE,
    )


def book(kind: ActKind, move: Move, *, at: Facility) -> None:
    """One act with its paper."""
    keeper, content = world.person(cast.PHARMACIST), {"test": next(_numbers)}
    act = NewAct(new_id(), kind, keeper.pk, keeper.initials, world.NOW, world.NOW, sha256_of(content), [move])
    ledger.post(act, facility_id=at.pk)
    Document.objects.create(act_id=act.id, content=content)


def put_away(at: Facility) -> None:
    """Take the world's opened bottles from the window into quarantine."""
    held = accounts.ensure(facility_id=at.pk, item=methadone())
    for bottle in site_window(facility_id=at.pk).bottles:
        if bottle.number < OWN_NUMBERS and not bottle.quarantined:
            places = (held[AccountKind.OPENED].pk, held[AccountKind.QUARANTINE].pk)
            book(ActKind.QUARANTINE, Move(bottle.lot_id, bottle.id, *places, bottle.balance_ul, "test"), at=at)


def opened_bottle(
    *,
    at: Facility | None = None,
    ul: int = 1_000_000,
    concentration: str = "10",
    expires_on: date = date(2027, 12, 31),
) -> Bottle:
    """An opened bottle at the window, holding `ul`, and the world's own put away. Booked through the door, without the
    services' judgement."""
    at = at or site()
    device(at)
    put_away(at)
    item, number = methadone(), next(_numbers)
    held = accounts.ensure(facility_id=at.pk, item=item)
    lot = Lot.objects.create(
        item=item,
        number=f"T{number}",
        manufacturer="Dược phẩm thử",
        expires_on=expires_on,
        concentration=Decimal(concentration),
    )
    keeper = world.person(cast.PHARMACIST)
    bottle = Bottle.objects.create(number=OWN_NUMBERS + number, lot=lot, size_ul=max(ul, 1))
    moves = (
        Move(lot.pk, bottle.pk, held[AccountKind.SUPPLIER].pk, held[AccountKind.DISPENSING].pk, ul, "receipt"),
        Move(lot.pk, bottle.pk, held[AccountKind.DISPENSING].pk, held[AccountKind.OPENED].pk, ul, "opening"),
    )
    for kind, move in zip((ActKind.RECEIPT, ActKind.OPENING), moves, strict=True):
        book(kind, move, at=at)
    Bottle.objects.filter(pk=bottle.pk).update(opened_at=world.NOW - timedelta(hours=1), opened_by=keeper)
    bottle.refresh_from_db()
    return bottle


def patient(
    *,
    at: Facility | None = None,
    mg: str = "65",
    starts_on: date = date(2026, 11, 10),
    days: int = 30,
    known_from: date = world.TODAY,
    name: str = "Lò Văn Thử",
    prescribed: bool = True,
    placed_from: date = cast.SINCE,
) -> Patient:
    """In treatment for a year and placed at the site; days before `known_from` are unknown, so nothing is missed."""
    at, number = at or site(), next(_numbers)
    made = Patient.objects.create(
        code=f"{number}0", initials="L.V.T.", sex="m", birth_year=1985, treatment_started_on=date(2025, 11, 1),
        known_from=known_from, registered_at=world.NOW,
    )  # fmt: skip
    Identity.seal(made.pk, Particulars(name).packed()).save()
    Placement.objects.create(
        patient=made, facility=at, kind="home", starts_on=placed_from, recorded_at=world.NOW,
        recorded_by=world.person(cast.PHARMACIST),
    )  # fmt: skip
    if prescribed:
        prescription(made, at=at, mg=mg, starts_on=starts_on, days=days)
    return made


def prescription(
    of: Patient,
    *,
    at: Facility | None = None,
    mg: str = "65",
    starts_on: date = date(2026, 11, 10),
    days: int = 30,
    **more: object,
) -> Prescription:
    """A maintenance prescription, signed on paper over its own content."""
    at, physician, number = at or site(), world.person(cast.PHYSICIAN), new_id()
    values: dict[str, object] = {
        "id": number, "patient": of, "facility": at, "phase": "maintenance", "dose_mg": Decimal(mg),
        "slot_mg": [Decimal(mg)], "starts_on": starts_on, "ends_on": starts_on + timedelta(days=days - 1),
        "signed_by": physician, "recorded_at": world.NOW,
    }  # fmt: skip
    made = Prescription(**values | more)
    made.digest = sha256_of(prescriptions.document(made))
    made.signature = Signature.objects.create(
        person=physician, facility=at, meaning=prescriptions.SIGNED, subject_kind=prescriptions.SUBJECT,
        subject_id=made.pk, digest=made.digest, proof=Proof.PAPER, signed_at=world.NOW,
    )  # fmt: skip
    made.save(force_insert=True)
    return made


LAST_DOSE_KNOWN = Answers(last_dose_proof="card")


def choose(
    of: Patient, by: Access, *, now: datetime = world.NOW, screen: str = "s1", answers: Answers | None = None
) -> Choice:
    return authorisations.choose(patient_id=of.pk, by=by, screen=screen, now=now, answers=answers or LAST_DOSE_KNOWN)


def slip(
    of: Patient, by: Access, *, now: datetime = world.NOW, screen: str = "s1", answers: Answers | None = None
) -> Authorisation:
    """The authorisation of an offered dose; fails where the rules offer none."""
    choice = choose(of, by, now=now, screen=screen, answers=answers)
    assert choice.authorisation is not None, [str(v.code) for v in choice.snapshot.decision.violations]
    return choice.authorisation


def confirmation(of: Authorisation, poured_by: Person | None = None, identified_by: str = "known") -> Confirmation:
    return Confirmation(of, identified_by, poured_by.pk if poured_by else of.person_id, of.person_id)


def drink(of: Patient, by: Access, *, now: datetime = world.NOW, answers: Answers | None = None) -> DoseReceipt:
    """Choose and confirm."""
    return doses.confirm(confirmation=confirmation(slip(of, by, now=now, answers=answers)), by=by, now=now, screen="s1")


def recorded(receipt: DoseReceipt) -> Dose:
    return Dose.objects.get(pk=receipt.dose_id)
