"""A whole day from opening to close with every kind of outcome: sheet, ledger and roster agree to the microlitre.

The day is told once and done twice: through the services, and through the forms of the pages. What it must come to is
kept beside it by hand, from what was said, and never asked of the product.
"""

import html
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from core import clock, proofs, valkey
from core.ids import new_id
from core.quantities import format_ml
from dispensing.models import DayClose, DayOutcome, Dose, NearMiss, Sheet
from dispensing.queries import board as board_query
from dispensing.queries.day_sheet import DaySheet, day_sheet
from dispensing.rules.facts import Answers
from dispensing.rules.voids import VoidKind
from dispensing.services import batches
from dispensing.services.authorisations import Authorisation, PouredPortion
from dispensing.services.batches import PastDose
from followup.models import Case
from inventory.models import AccountKind, Balance, Bottle, BottleMeasure
from inventory.services import bottles
from inventory.services.bottles import Opening
from patients.models import Alert, Patient
from tests import cast, world, world_stock
from tests.dispensing import morning, phoned
from tests.dispensing.hand_book import UL_PER_MG, A, B, Book
from tests.dispensing.whole_day import DAY, NURSE, ByForms, ByServices, Hands, Row, at
from tests.entrance import signed_in

pytestmark = pytest.mark.django_db
YESTERDAY = DAY - timedelta(days=1)
BEFORE = (  # who drank how many mg how many days before: paper typed in later says nothing of a last dose
    ("four days missed", 65, 5),
    ("typed in for yesterday", 65, 2),
    ("typed in", 70, 1),
    ("typed in the next day", 55, 1),
)
BEFORE_UL = 25_500
STEP = {"from_missed": 4, "to_missed": 5, "dose_mg": "40", "days": 1}


@dataclass
class People:
    """Who comes, by what happens to them."""

    known: dict[str, Patient] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Patient:
        return self.known[name]

    def code(self, name: str) -> str:
        return str(self.known[name].code)

    def names(self, codes: Iterable[str]) -> list[str]:
        """Our names of these codes, sorted; those of the world that nobody speaks of are left out."""
        ours = {patient.code: name for name, patient in self.known.items()}
        return sorted(ours[code] for code in codes if code in ours)


DOSES = {
    "scheduled": 65, "refused": 50, "withheld then dosed": 40, "withheld to the end": 55, "spat out": 90,
    "left with the cup": 30, "vomited": 50, "supplement": 60, "owner": 65, "drinker": 40, "wrong amount": 55,
    "twice": 35, "never poured": 45, "poured away": 25, "drunk by nobody knows": 20, "two bottles": 80, "alert": 30,
    "intoxicated": 45, "sent away": 60, "absent": 70, "pregnant": 35, "typed in": 70, "after the close": 50,
    "typed in the next day": 55,
}  # fmt: skip


@pytest.fixture
def bottle_a(db) -> Bottle:
    """Opened five days ago; the world's own, opened yesterday, was set apart."""
    valkey.client().flushdb()
    morning.put_away(morning.site())
    by, then = world_stock.act_as(cast.DISPENSER, now=world.NOW), at(5, 30, days=-5)
    line = world_stock.line(lot_number="MTD-2509", expires_on=date(2027, 9, 30), size_ul=102_500 + BEFORE_UL)
    [number] = world_stock.receive(by, cast.WITNESS, line, now=then)
    opening = Opening(new_id(), number, world_stock.present(cast.WITNESS))
    bottles.open_bottle(command=opening, by=by, now=then)
    return Bottle.objects.get(number=number)


@pytest.fixture
def bottle_b(db) -> Bottle:
    closed = Balance.objects.filter(
        account__kind=AccountKind.DISPENSING, account__facility=morning.site(), quantity__gt=0
    )
    return Bottle.objects.get(pk=min(closed.values_list("bottle_id", flat=True)))


@pytest.fixture
def people(bottle_a: Bottle) -> People:
    made = {name: morning.patient(mg=str(mg), known_from=DAY) for name, mg in DOSES.items()}
    Patient.objects.filter(pk=made["intoxicated"].pk).update(known_from=YESTERDAY)
    made["typed in for yesterday"] = morning.patient(mg="65")
    made["by phone"] = phoned.ended(on=YESTERDAY, known_from=DAY)
    made["four days missed"] = morning.patient(prescribed=False)
    morning.prescription(made["four days missed"], if_missed=[STEP])
    for name, mg, days in BEFORE:
        drank_before(made[name], mg, DAY - timedelta(days=days), bottle_a)
    for name, kind, effect in (("alert", "medicine", "lowers"), ("pregnant", "pregnancy", "")):
        Alert.objects.create(
            patient=made[name], kind=kind, effect=effect, change="started" if effect else "",
            since=DAY - timedelta(days=3), source="patient", recorded_at=world.NOW,
            recorded_by=world.person(cast.DISPENSER),
        )  # fmt: skip
    return People(made)


def drank_before(patient: Patient, mg: int, day: date, bottle: Bottle) -> None:
    """Known from that day on, and drank on it."""
    Patient.objects.filter(pk=patient.pk).update(known_from=day)
    by, then = morning.access(cast.DISPENSER), at(6, 0, days=(day - DAY).days)
    accounts = world_stock.shelf(morning.site(), by).accounts
    slip = Authorisation(
        dose_id=new_id(), patient_id=patient.pk, facility_id=morning.site().pk, person_id=by.actor_id, day=day, slot=1,
        mg=Decimal(mg), portions=(PouredPortion(bottle.pk, bottle.lot_id, mg * UL_PER_MG),),
        opened_account=accounts[AccountKind.OPENED].pk, patients_account=accounts[AccountKind.PATIENTS].pk,
        prescription_id=patient.prescriptions.get().pk, reduced=False, authorised_at=then, answers=Answers(),
    )  # fmt: skip
    dose = PastDose(slip, "known", by.actor_id, by.actor_id, then, then)
    batches.record_many(doses=[dose], facility_id=morning.site().pk, by=by)


@pytest.fixture
def accounts_before(people: People) -> Counter[str]:
    """What stood on the accounts before the day began."""
    return accounts_of()


def accounts_of() -> Counter[str]:
    rows = Balance.objects.filter(account__facility=morning.site(), lot__item=morning.methadone())
    found: Counter[str] = Counter()
    for kind, quantity in rows.values_list("account__kind", "quantity"):
        found[kind] += quantity
    return found


def live(hands: Hands, people: People, a: Bottle, b: Bottle) -> Book:
    """The day until its close, and the book of it."""
    book = Book(left={A: 102_500, B: b.size_ul})
    yesterday = [
        Row(people["typed in for yesterday"], at(6, 40, days=-1), mg="65"),
        Row(people["intoxicated"], at(7, 0, days=-1), outcome="intoxicated"),
    ]
    hands.type_later(*yesterday, poured_by="", at=at(5, 12))
    book.left[A] -= 6_500  # yesterday's, and no part of this day
    hands.open_day(a, measured_ul=book.left[A], at=at(5, 20))
    before_the_change(hands, people, book)
    things_go_wrong(hands, people, book)
    assert book.left[A] == 3_500
    hands.open_bottle(b, at=at(7, 15))
    hands.drink(people["two bottles"], at=at(7, 18))
    book.drank("two bottles", 35)
    book.taken(4_500, of=B)
    book.mg["two bottles"] += 45
    hands.empty(a, residue_ul=800, at=at(7, 25))  # more than its label said: a surplus, poured out
    book.elsewhere["poured_out"] += 800
    hands.state(people["intoxicated"], "intoxicated", at=at(7, 40), recheck=at(8, 20))
    hands.state(people["sent away"], "sent_away", at=at(7, 45))
    hands.type_later(Row(people["typed in"], at(7, 50), mg="70"), poured_by=NURSE, at=at(8, 30))
    book.drank("typed in", 70, of=B)
    return book


def close(hands: Hands, people: People, book: Book, b: Bottle) -> None:
    ends = {people["absent"].pk: "absent.road", people["withheld to the end"].pk: "sent_away"}
    hands.close(ends, b, measured_ul=book.left[B], at=at(9, 5))


def before_the_change(hands: Hands, people: People, book: Book) -> None:
    hands.drink(people["scheduled"], at=at(6, 12))
    book.drank("scheduled", 65)
    hands.state(people["refused"], "refused", at=at(6, 14))
    hands.state(people["withheld then dosed"], "withheld", at=at(6, 15), recheck=at(6, 45))
    hands.not_swallowed(people["spat out"], "spat_out", at=at(6, 16))
    book.gone(9_000, "poured_out")
    hands.not_swallowed(people["left with the cup"], "left_with_cup", at=at(6, 18))
    book.gone(3_000, "loss")
    hands.drink(people["withheld then dosed"], at=at(6, 46))
    book.drank("withheld then dosed", 40)
    hands.state(people["withheld to the end"], "withheld", at=at(6, 50), recheck=at(8, 0))
    hands.order_by_phone(people["by phone"], at=at(6, 52))
    hands.drink(people["by phone"], at=at(6, 53))
    book.drank("by phone", 65)
    hands.drink(people["four days missed"], at=at(6, 54), missed_reason="ill", onsite_check_done=True)
    book.drank("four days missed", 40)
    hands.drink(people["alert"], at=at(6, 55))
    book.drank("alert", 30)


def things_go_wrong(hands: Hands, people: People, book: Book) -> None:
    first = hands.drink(people["vomited"], at=at(6, 56))
    hands.vomited(first, at=at(6, 59))
    hands.replace_by_phone(first, "50", at=at(7, 0))
    hands.drink(people["vomited"], at=at(7, 1))
    book.drank("vomited", 50)
    book.taken(5_000)
    book.doses += 1  # the replacement is a dose, and no more of the day's milligrams stayed in
    hands.drink(people["supplement"], at=at(7, 2))
    hands.supplement(people["supplement"], "10", at=at(7, 3))
    hands.drink(people["supplement"], at=at(7, 4))
    book.drank("supplement", 60)
    book.drank("supplement", 10)
    given = hands.drink(people["owner"], at=at(7, 5))
    hands.drunk_by(given, people.code("drinker"), at=at(7, 6))
    book.drank("drinker", 65)
    hands.drink(people["owner"], at=at(7, 7))
    book.drank("owner", 65)
    given = hands.drink(people["wrong amount"], at=at(7, 8))
    hands.other_amount(given, 6_000, at=at(7, 8))
    book.drank("wrong amount", 60)
    hands.drink_twice(people["twice"], at=at(7, 9))
    book.drank("twice", 35)
    book.drank("twice", 35)
    for name, kind in (
        ("never poured", VoidKind.NEVER_POURED),
        ("poured away", VoidKind.POURED_NOT_DRUNK),
        ("drunk by nobody knows", VoidKind.DRUNK_BY_OTHER),
    ):
        hands.void(hands.drink(people[name], at=at(7, 10)), kind, at=at(7, 11))
        hands.drink(people[name], at=at(7, 12))
        book.drank(name, DOSES[name])
    book.gone(2_500, "poured_out")
    book.taken(2_000)
    hands.near_miss(people["scheduled"], at=at(7, 13))


def after_the_close(hands: Hands, people: People, book: Book) -> None:
    """Below the line: chosen before the close and confirmed after it; and paper of the day, typed in the next day."""
    book.drank("after the close", 50, of=B)
    hands.type_later(Row(people["typed in the next day"], at(8, 55), mg="55"), poured_by="", at=at(8, 0, days=1))
    book.drank("typed in the next day", 55, of=B)


# What each day comes to: how, what stayed in (mg), what was stated last, whose gap it is.
NOTHING, DOSE = "nothing", "dose"
DECIDED = {
    "refused": (NOTHING, 0, "refused", True),
    "withheld to the end": (NOTHING, 0, "sent_away", False),
    "spat out": (NOTHING, 0, "spat_out", True),
    "left with the cup": (NOTHING, 0, "left_with_cup", True),
    "intoxicated": (NOTHING, 0, "intoxicated", True),
    "sent away": (NOTHING, 0, "sent_away", False),
    "absent": (NOTHING, 0, "absent", True),
    "pregnant": (NOTHING, 0, "absent", True),
}
CASES = {
    ("typed_later", ""): 2,  # one for yesterday's paper, one for this day's
    ("cup_not_swallowed", "spat out"): 1,
    ("cup_not_swallowed", "left with the cup"): 1,
    ("vomited", "vomited"): 1,
    ("wrong_dose", "drinker"): 1,
    ("wrong_dose", "wrong amount"): 1,
    ("wrong_dose", "drunk by nobody knows"): 1,
    ("conflicting_dose", "twice"): 1,
    ("withheld_pattern", "intoxicated"): 1,
    ("pregnant_today", "pregnant"): 1,
    ("dose_finding", "after the close"): 1,
}


@pytest.mark.parametrize("make", [ByServices, ByForms], ids=["services", "forms"])
def test_whole_day_agrees_to_the_microlitre(
    make: type, people: People, accounts_before: Counter[str], bottle_a: Bottle, bottle_b: Bottle
) -> None:
    hands: Hands = make()
    opened_before = set(Case.objects.values_list("pk", flat=True))
    book = live(hands, people, bottle_a, bottle_b)
    chosen = hands.choose(people["after the close"], at=at(9, 4))
    close(hands, people, book, bottle_b)
    as_closed = shown()
    agree(as_closed, book)
    roster_agrees(people, book, now=at(9, 6))

    hands.confirm(chosen, at=at(9, 12))
    at_close = (as_closed.totals, as_closed.bottles)
    after_the_close(hands, people, book)

    assert (shown().totals, shown().bottles) == at_close  # a closed day never reopens
    below_the_line(people)
    ledger_agrees(book, accounts_before, bottle_b)
    days_are_right(people, book)
    cases_are_right(people, opened_before)
    printed(people, book)
    assert NearMiss.objects.count() == 1
    assert [f"{row.proof} {row.row}: {row.what}" for name in proofs.names() for row in proofs.run(name)] == []


def shown() -> DaySheet:
    return day_sheet(facility_id=morning.site().pk, day=DAY, zone="Asia/Ho_Chi_Minh")


def agree(sheet: DaySheet, book: Book) -> None:
    """The sheet of the closed day, its figures and the measured bottle."""
    close = DayClose.objects.get(day=DAY)
    swallowed = sum(book.given.values())
    assert sheet.agrees
    assert (sheet.totals.doses, sheet.totals.ul, sheet.given_ul) == (book.doses, swallowed, swallowed)
    assert sheet.totals.mg == Decimal(close.figures["mg"]) == sum(book.mg.values()) + 50  # and the replacement's
    assert not sheet.below
    by_lot = {bottle.lot: bottle for bottle in sheet.bottles}
    first, second = by_lot["MTD-2509"], by_lot[world_stock.LOT]
    assert (first.start_ul, first.given_ul, first.end_ul) == (96_000, book.given[A], 0)
    assert (second.opened_ul, second.given_ul, second.end_ul) == (1_000_000, book.given[B], book.left[B])
    assert [(row.measured_ul, row.book_ul) for row in BottleMeasure.objects.filter(why="close")] == [
        (book.left[B], book.left[B])
    ]


def roster_agrees(people: People, book: Book, *, now: datetime) -> None:
    board = board_query.morning(by=morning.access(cast.DISPENSER), now=now)
    taken = [row.code for row in board.done if row.state == "taken"]
    assert people.names(taken) == sorted(book.mg)
    assert len(taken) == len(book.mg)
    assert not {*people.names(row.code for row in board.look_again)} & set(book.mg)


def below_the_line(people: People) -> None:
    sheet = shown()
    assert people.names(line.code for line in sheet.late_doses) == ["after the close", "typed in the next day"]
    assert (sheet.late_voids, sheet.late_outcomes) == ((), ())


def ledger_agrees(book: Book, before: Counter[str], b: Bottle) -> None:
    """Every account of the site, by what was said."""
    now = accounts_of()
    yesterday, surplus = 6_500, 800
    moved = {kind: now[kind] - before[kind] for kind in now if now[kind] != before[kind]}
    assert moved == {
        "patients": sum(book.given.values()) + yesterday,
        "poured_out": book.elsewhere["poured_out"],
        "loss": book.elsewhere["loss"],
        "dispensing": -b.size_ul,
        "opened": book.left[B] - before["opened"],
        "supplier": -surplus,  # what the bottle held beyond its label came from there, by way of the overfill
    }
    assert Balance.objects.get(bottle=b, account__kind=AccountKind.OPENED).quantity == book.left[B]
    assert sum(now.values()) == sum(before.values()) == 0


def days_are_right(people: People, book: Book) -> None:
    for name, patient in people.known.items():
        stands = DayOutcome.objects.filter(patient=patient, day=DAY).latest("version")
        said = (stands.how, int(stands.swallowed_mg), stands.outcome, stands.caused_by_patient)
        if name in DECIDED:
            assert said == DECIDED[name], name
        elif name in book.mg:
            assert (stands.how, stands.swallowed_mg, stands.tolerance_gap) == (DOSE, book.mg[name], False), name
    assert DayOutcome.objects.filter(patient=people["absent"], day=DAY, reason_known=True).exists()
    assert DayOutcome.objects.get(patient=people["typed in for yesterday"], day=YESTERDAY).how == DOSE
    assert DayOutcome.objects.get(patient=people["intoxicated"], day=YESTERDAY).outcome == "intoxicated"
    late = DayOutcome.objects.filter(patient=people["typed in the next day"], day=DAY).order_by("version")
    assert [(one.how, one.why) for one in late] == [(NOTHING, "close"), (DOSE, "late_fact")]


def cases_are_right(people: People, before: set[object]) -> None:
    names = {patient.pk: name for name, patient in people.known.items()}
    found = Counter(
        (case.kind, names.get(case.patient_id, "")) for case in Case.objects.exclude(pk__in=before)
    )  # fmt: skip
    assert found == CASES


def printed(people: People, book: Book) -> None:
    """Tomorrow's paper, made at the close, and the day sheet as it prints."""
    sheet = Sheet.objects.get(for_day=DAY + timedelta(days=1), void_at__isnull=True)
    lines = {line["code"]: line for line in sheet.content["lines"]}
    line = lines[people.code("two bottles")]
    assert (line["last_on"], line["last_mg"], line["mg"], line["ul"]) == (str(DAY), "80", "80", 8_000)
    assert lines[people.code("four days missed")]["blocked"]
    with clock.at(at(8, 5, days=1)):
        page = html.unescape(signed_in(cast.SITE_HEAD).get(f"/dispensing/days/{DAY}/").content.decode())
    above, below = page.split("Dưới vạch", 1)
    assert all(people.code(name) in above for name in (*DECIDED, *DOSES))
    assert people.code("after the close") in below
    assert NURSE in above
    assert format_ml(shown().totals.ul) in above
    assert Dose.objects.get(patient=people["typed in"], covers_day=DAY).poured_by is None
