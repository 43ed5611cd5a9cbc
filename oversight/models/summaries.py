"""Daily and monthly figures, so that no page of a manager reads history. Projections: `oversight.services.summaries`
makes them from the facts, makes them again when a fact of the day comes later, and a proof compares them.
"""

from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.constraints import in_order
from core.tables import Kept
from facilities.models import Facility
from inventory.models import Item
from staff.models import Person

TURNED_AWAY: Final = ("withheld", "intoxicated", "sent_away", "no_prescription", "missed_rule_block", "stock_out")
MISSED: Final = ("missed_1_2", "missed_3", "missed_4_5", "missed_6_29", "missed_30")
DECIDED: Final = ("by_dose", "elsewhere", "take_home", "vomited", "nothing", "unknown")
TAKEN: Final = ("taken_day", "taken_band", "taken_month", "taken_year")


def _total(*columns: str) -> Any:
    """The columns added up, as the database reckons it."""
    total: Any = F(columns[0])
    for column in columns[1:]:
        total = total + F(column)
    return total


def _none_below_zero(*columns: str) -> Q:
    return Q(**{f"{column}__gte": 0 for column in columns})


class SiteDay(models.Model):
    """One facility on one of its days, in numbers of patients unless they say otherwise.

    `caseload`: placed here and in treatment (or suspended) on the day. `due`: of the days that were decided
    (dispensing.DayOutcome), those on which a dose was owed; how they stand adds up to it. `came`: were at the window:
    `dosed` (a standing dose covers the day), else by what was last said of them `turned_away` (came and were given
    nothing, six reasons) or `not_swallowed` (refused, spat, left with the cup, vomited). `missed`: of those due,
    nothing stayed in, by how many days in a row it was then, `missed_by_choice`: of those, caused by the patient.
    `recorded`: doses and outcomes of the day; of these typed in `late`, from a `paper` sheet; doses recorded with
    `findings`. `seconds`: acts of the day that wanted a second person, `alone`: had none. `answers`: blocks that a
    physician answered on the day, after `answer_minutes` in all.
    """

    kept = Kept.MUTABLE

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    caseload = models.IntegerField()
    due = models.IntegerField()
    by_dose = models.IntegerField()
    elsewhere = models.IntegerField()
    take_home = models.IntegerField()
    vomited = models.IntegerField()
    nothing = models.IntegerField()
    unknown = models.IntegerField()
    came = models.IntegerField()
    dosed = models.IntegerField()
    turned_away = models.IntegerField()
    withheld = models.IntegerField()
    intoxicated = models.IntegerField()
    sent_away = models.IntegerField()
    no_prescription = models.IntegerField()
    missed_rule_block = models.IntegerField()
    stock_out = models.IntegerField()
    not_swallowed = models.IntegerField()
    missed = models.IntegerField()
    missed_1_2 = models.IntegerField()
    missed_3 = models.IntegerField()
    missed_4_5 = models.IntegerField()
    missed_6_29 = models.IntegerField()
    missed_30 = models.IntegerField()
    missed_by_choice = models.IntegerField()
    doses = models.IntegerField()
    mg = models.DecimalField(max_digits=10, decimal_places=2)
    recorded = models.IntegerField()
    late = models.IntegerField()
    paper = models.IntegerField()
    findings = models.IntegerField()
    seconds = models.IntegerField()
    alone = models.IntegerField()
    wrong = models.IntegerField()
    near = models.IntegerField()
    vomits = models.IntegerField()
    answers = models.IntegerField()
    answer_minutes = models.IntegerField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "day"], name="oversight_siteday_once"),
            models.CheckConstraint(
                condition=_none_below_zero(
                    "caseload",
                    *DECIDED,
                    "dosed",
                    *TURNED_AWAY,
                    "not_swallowed",
                    *MISSED,
                    "doses",
                    "mg",
                    "late",
                    "findings",
                    "alone",
                    "wrong",
                    "near",
                    "vomits",
                    "answer_minutes",
                    "missed_by_choice",
                    "paper",
                ),
                name="oversight_siteday_none_below_zero",
            ),
            models.CheckConstraint(condition=Q(due=_total(*DECIDED)), name="oversight_siteday_due_adds_up"),
            models.CheckConstraint(
                condition=Q(turned_away=_total(*TURNED_AWAY)), name="oversight_siteday_turned_away_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(came=_total("dosed", "turned_away", "not_swallowed")), name="oversight_siteday_came_adds_up"
            ),
            models.CheckConstraint(condition=Q(missed=_total(*MISSED)), name="oversight_siteday_missed_adds_up"),
            models.CheckConstraint(
                condition=Q(
                    paper__lte=F("late"),
                    late__lte=F("recorded"),
                    findings__lte=F("recorded"),
                    alone__lte=F("seconds"),
                    missed_by_choice__lte=F("missed"),
                    missed__lte=F("due"),
                ),
                name="oversight_siteday_part_of_whole",
            ),
            models.CheckConstraint(
                condition=Q(answers=0, answer_minutes=0) | Q(answers__gt=0), name="oversight_siteday_answers_fit"
            ),
        ]


class ItemDay(models.Model):
    """One item of stock at one facility on one of its days, in base units, in the order of recording (as the book).

    opening + received + surplus - used - sent - disposed - loss = closing; the columns of PL1, Mẫu 1 add up over any
    days (issued there is used + sent + disposed). A flow may be below zero on a day that takes something back.
    At the day's end: `closed` (storage, dispensing), `opened`, `set_apart` (quarantine), `unsettled` (what bottles gave
    beyond the book and the like) are `closing`; `transit` is on the road to here, in another's books; `usable` is what
    of closed and opened has not expired.
    """

    kept = Kept.MUTABLE

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    opening = models.BigIntegerField()
    received = models.BigIntegerField()
    surplus = models.BigIntegerField()
    used = models.BigIntegerField()
    sent = models.BigIntegerField()
    disposed = models.BigIntegerField()
    loss = models.BigIntegerField()
    closing = models.BigIntegerField()
    closed = models.BigIntegerField()
    opened = models.BigIntegerField()
    set_apart = models.BigIntegerField()
    unsettled = models.BigIntegerField()
    transit = models.BigIntegerField()
    usable = models.BigIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "item", "day"], name="oversight_itemday_once"),
            models.CheckConstraint(
                condition=_none_below_zero("closed", "opened", "set_apart", "transit", "usable"),
                name="oversight_itemday_none_below_zero",
            ),
            models.CheckConstraint(
                condition=Q(
                    closing=_total("opening", "received", "surplus") - _total("used", "sent", "disposed", "loss")
                ),
                name="oversight_itemday_flows_add_up",
            ),
            models.CheckConstraint(
                condition=Q(closing=_total("closed", "opened", "set_apart", "unsettled")),
                name="oversight_itemday_places_add_up",
            ),
            models.CheckConstraint(
                condition=Q(usable__lte=_total("closed", "opened")), name="oversight_itemday_usable_is_there"
            ),
        ]


class PersonMonth(models.Model):
    """One person's work at one facility in a month, in minutes, as `staff.queries.reckoning` reckons it of what the
    person confirmed.

    `duty` is overtime and normal time together, by kind of day (`working`, `rest`, `holiday`) and of it at `night`;
    overtime likewise. `payable` + `leave` + `unpaid` = `overtime`; what each rule took adds up to `unpaid`, `leave` is
    what the person chose to take as leave instead of pay. `paid`: by payroll so far for this month, negative where more
    was taken back. `days`, `rest_days`, `holidays`: days with duty; `waiting`: entries that nobody has approved.
    `roles` held there in the month.
    """

    kept = Kept.MUTABLE

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    roles = ArrayField(models.CharField(max_length=30), default=list)
    duty = models.IntegerField()
    working = models.IntegerField()
    rest = models.IntegerField()
    holiday = models.IntegerField()
    night = models.IntegerField()
    overtime = models.IntegerField()
    overtime_working = models.IntegerField()
    overtime_rest = models.IntegerField()
    overtime_holiday = models.IntegerField()
    overtime_night = models.IntegerField()
    payable = models.IntegerField()
    leave = models.IntegerField(default=0, db_default=0)
    unpaid = models.IntegerField()
    taken_day = models.IntegerField()
    taken_band = models.IntegerField()
    taken_month = models.IntegerField()
    taken_year = models.IntegerField()
    paid = models.IntegerField()
    days = models.IntegerField()
    rest_days = models.IntegerField()
    holidays = models.IntegerField()
    waiting = models.IntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "month", "facility"], name="oversight_personmonth_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="oversight_personmonth_month_begins"),
            models.CheckConstraint(
                condition=_none_below_zero(
                    "working",
                    "rest",
                    "holiday",
                    "night",
                    "overtime_working",
                    "overtime_rest",
                    "overtime_holiday",
                    "overtime_night",
                    "payable",
                    "leave",
                    *TAKEN,
                    "days",
                    "rest_days",
                    "holidays",
                    "waiting",
                ),
                name="oversight_personmonth_none_below_zero",
            ),
            models.CheckConstraint(
                condition=Q(duty=_total("working", "rest", "holiday")), name="oversight_personmonth_duty_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(overtime=_total("overtime_working", "overtime_rest", "overtime_holiday")),
                name="oversight_personmonth_overtime_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(overtime=_total("payable", "leave", "unpaid")),
                name="oversight_personmonth_payable_adds_up",
            ),
            models.CheckConstraint(condition=Q(unpaid=_total(*TAKEN)), name="oversight_personmonth_unpaid_explained"),
            models.CheckConstraint(
                condition=Q(
                    night__lte=F("duty"),
                    overtime_night__lte=F("overtime"),
                    overtime_working__lte=F("working"),
                    overtime_rest__lte=F("rest"),
                    overtime_holiday__lte=F("holiday"),
                    days__gte=_total("rest_days", "holidays"),
                ),
                name="oversight_personmonth_part_of_whole",
            ),
        ]
        indexes = [models.Index(fields=["facility", "month"], name="oversight_personmonth_site")]


class Summarised(models.Model):
    """How far one facility's figures go: every day from `first_day` to `last_day` has its row, and whatever was
    recorded until `through` is in them."""

    kept = Kept.MUTABLE

    facility = models.OneToOneField(Facility, on_delete=models.PROTECT, primary_key=True, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    through = models.DateTimeField()

    class Meta:
        constraints = [in_order("oversight_summarised", "first_day", "last_day")]
