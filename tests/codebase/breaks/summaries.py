"""What breaks the constraints of the managers' rows: out of rows in which nothing happened."""

from datetime import timedelta
from typing import Any, Final

from django.db import models

from inventory.models import Item
from oversight.models import ItemDay, PersonMonth, SiteDay, Summarised
from tests import cast, world
from tests.codebase.breaks import Break, copied


def _zeros(model: type[models.Model]) -> dict[str, Any]:
    whole = (models.IntegerField, models.DecimalField)
    return {
        field.name: 0 for field in model._meta.concrete_fields if isinstance(field, whole) and not field.primary_key
    }


def site_day() -> None:
    SiteDay.objects.create(
        facility=world.facility(cast.SITE), day=world.TODAY, computed_at=world.NOW, **_zeros(SiteDay)
    )  # fmt: skip


def item_day() -> None:
    ItemDay.objects.create(
        facility=world.facility(cast.SITE), item=Item.objects.get(in_bottles=True), day=world.TODAY,
        computed_at=world.NOW, **_zeros(ItemDay),
    )  # fmt: skip


def person_month() -> None:
    PersonMonth.objects.create(
        person=world.person(cast.DISPENSER), facility=world.facility(cast.SITE), month=world.TODAY.replace(day=1),
        computed_at=world.NOW, **_zeros(PersonMonth),
    )  # fmt: skip


def summarised() -> None:
    yesterday = world.TODAY - timedelta(days=1)
    Summarised.objects.create(
        facility=world.facility(cast.SITE), first_day=yesterday, last_day=yesterday, through=world.NOW
    )


def _site(**changes: str) -> Break:
    return Break(copied("oversight_siteday", **{"day": "day + 1"} | changes), site_day)


def _item(**changes: str) -> Break:
    return Break(copied("oversight_itemday", **{"day": "day + 1"} | changes), item_day)


def _person(**changes: str) -> Break:
    later = {"month": "(month + interval '1 month')::date"}
    return Break(copied("oversight_personmonth", **later | changes), person_month)


BREAKS: Final = {
    "oversight_siteday_once": _site(day="day"),
    "oversight_siteday_none_below_zero": _site(near="-1"),
    "oversight_siteday_due_adds_up": _site(due="1"),
    "oversight_siteday_turned_away_adds_up": _site(turned_away="1", came="1"),
    "oversight_siteday_came_adds_up": _site(came="1"),
    "oversight_siteday_missed_adds_up": _site(missed="1", due="1", nothing="1"),
    "oversight_siteday_part_of_whole": _site(late="1"),
    "oversight_siteday_answers_fit": _site(answer_minutes="1"),
    "oversight_itemday_once": _item(day="day"),
    "oversight_itemday_none_below_zero": _item(transit="-1"),
    "oversight_itemday_flows_add_up": _item(opening="1"),
    "oversight_itemday_places_add_up": _item(opening="1", closing="1"),
    "oversight_itemday_usable_is_there": _item(usable="1"),
    "oversight_personmonth_once": _person(month="month"),
    "oversight_personmonth_month_begins": _person(month="month + 1"),
    "oversight_personmonth_none_below_zero": _person(waiting="-1"),
    "oversight_personmonth_duty_adds_up": _person(duty="1"),
    "oversight_personmonth_overtime_adds_up": _person(overtime="1", payable="1"),
    "oversight_personmonth_payable_adds_up": _person(
        duty="1", working="1", overtime="1", overtime_working="1", payable="0"
    ),
    "oversight_personmonth_unpaid_explained": _person(
        duty="1", working="1", overtime="1", overtime_working="1", unpaid="1"
    ),
    "oversight_personmonth_part_of_whole": _person(night="1"),
    "oversight_summarised_last_day_after_first_day": Break(
        copied("oversight_summarised", last_day="first_day - 1"), summarised
    ),
}
