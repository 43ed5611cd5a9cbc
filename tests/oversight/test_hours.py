"""Overtime as managers see it: sums of the monthly rows, who is near the limit, whose names are shown; the files."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count

import pytest
from openpyxl import load_workbook

from core.access import Permission, Role
from core.ids import new_id
from oversight.filters import Filter
from oversight.models import PersonMonth
from oversight.queries import hours as queries
from oversight.queries.hours import Hours, hours
from oversight.services import summaries
from staff.models import Person, SiteCaseload
from staff.services import leave
from tests import cast, world
from tests.entrance import access, signed_in
from tests.oversight.hands import more_sites
from tests.staff.planning import set_rule
from tests.staff.working import approved, typed

pytestmark = pytest.mark.django_db
STATEMENTS = 9
NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)
ZEROS = {
    field.name: 0 for field in PersonMonth._meta.concrete_fields if field.get_internal_type() == "IntegerField"
}  # fmt: skip


def row(
    member: cast.Member = cast.DISPENSER, *, month: date = NOVEMBER, overtime: int = 600, payable: int = 240,
    at: str = cast.SITE, roles: tuple[str, ...] = ("dispenser",), **more: int,
) -> PersonMonth:  # fmt: skip
    """One person's month at one site: overtime on working days, all of it duty; what is not payable, the year took."""
    numbers = {
        "duty": overtime, "working": overtime, "overtime": overtime, "overtime_working": overtime,
        "payable": payable, "unpaid": overtime - payable, "taken_year": overtime - payable, "days": 20,
    }  # fmt: skip
    return PersonMonth.objects.create(
        person=world.person(member), facility=world.facility(at), month=month, roles=list(roles),
        computed_at=world.NOW, **{**ZEROS, **numbers, **more},
    )  # fmt: skip


def seen(by: cast.Member = cast.AREA_MANAGER, *, last: date = world.TODAY) -> Hours:
    asked = Filter(today=world.TODAY, first=last.replace(day=1), last=last)
    return hours(asked=asked, access=access(by), now=world.NOW)


def test_sites_roles_people_and_totals_are_the_sums_of_the_rows():
    row(paid=100, rest=0)
    row(month=OCTOBER, overtime=300, payable=300, paid=300)
    row(cast.PHARMACIST, overtime=1000, payable=0, roles=("pharmacist", "site_head"))
    row(cast.PHYSICIAN, overtime=60, payable=60, roles=("physician",))
    row(cast.OTHER_DISPENSER, overtime=90, payable=90, at=cast.OTHER_SITE)
    row(month=date(2025, 12, 1), overtime=5000, payable=0)
    SiteCaseload.objects.create(facility=world.facility(cast.SITE), month=NOVEMBER, patients=20, as_of=world.NOW)

    found = seen()

    assert (found.month.overtime, found.month.payable, found.year.overtime) == (1750, 390, 2050)
    assert (found.year.payable, found.year.paid, found.year.unpaid) == (690, 400, 1360)
    assert [(site.name, site.year.unpaid, site.people) for site in found.sites] == [
        (cast.SITE, 1360, 3),
        (cast.OTHER_SITE, 0, 1),
    ]
    assert found.sites[0].by_month == (*[None] * 9, 300, 1660)
    assert found.sites[0].per_patient == Decimal("1.4")  # 1660 minutes, 20 patients
    assert found.sites[1].per_patient is None
    assert {(role.words, role.people, role.allowed) for role in found.roles} == {
        ("Dược sĩ, Trưởng trạm y tế", 1, 0),
        ("Nhân viên cấp phát thuốc", 2, 0),
        ("Bác sĩ", 1, 1),
    }
    assert [person.year.unpaid for person in found.people] == [1000, 360, 0, 0]
    assert sum(person.year.duty for person in found.people) == found.year.duty
    assert len(found.without_allowance) == 2


def test_who_nears_the_limit_is_named_with_about_when_and_whoever_reached_it_first():
    row(overtime=150 * 60, payable=0)  # of 24 days, so 200 h come before the year ends
    row(cast.PHARMACIST, month=OCTOBER, overtime=201 * 60, payable=0, roles=("pharmacist",))
    row(cast.PHYSICIAN, month=date(2026, 2, 1), overtime=165 * 60, payable=0, roles=("physician",))
    row(cast.ASSISTANT_PHYSICIAN, month=date(2026, 2, 1), overtime=100 * 60, payable=0)
    row(cast.CARRIER, overtime=100 * 60, payable=0)
    row(cast.CARRIER, overtime=100 * 60, payable=0, at=cast.OTHER_SITE)

    found = seen()

    assert [(near.who.name, near.reached, near.warning) for near in found.near] == [
        ("Q.V.M.", True, 95),
        ("S.A.P.", True, 95),
        ("L.T.H.", False, None),
        ("T.V.Đ.", False, 80),
    ]
    assert found.near[2].reaches_on == date(2026, 12, 13)  # 50 h at 150 h in 56 days are 18,7 days
    assert found.near[3].reaches_on is None
    assert seen(last=date(2026, 2, 28)).near[0].used == 165 * 60


def test_names_are_shown_to_who_approves_hours_and_initials_to_other_managers():
    row()
    assert [person.name for person in seen().people] == ["L.T.H."]
    assert [person.name for person in seen(cast.AUDITOR).people] == ["L.T.H."]
    assert Permission.APPROVE_HOURS in access(cast.CLINIC_HEAD).permissions
    assert [person.name for person in seen(cast.CLINIC_HEAD).people] == ["Lò Thị Hoa"]


def test_share_of_few_people_is_counted_and_not_given_in_per_cent():
    row(overtime=5000, payable=0)  # this month is not due yet
    row(month=OCTOBER, paid=100)
    page = signed_in(cast.AREA_MANAGER).get("/oversight/hours/").content.decode()
    assert "đã trả 1 giờ 40 trong 10 giờ làm thêm thực tế" in page
    assert "17 %" not in page
    for number, member in zip(count(), (cast.PHARMACIST, cast.PHYSICIAN, cast.SITE_HEAD, cast.CARRIER), strict=False):
        row(member, month=OCTOBER, overtime=60, payable=60, paid=number)
    assert "13 %" in signed_in(cast.AREA_MANAGER).get("/oversight/hours/").content.decode()


def test_overtime_taken_as_leave_is_neither_payable_nor_lost_in_row_page_and_file():
    set_rule("WorkSettings.leave_instead", value=True)
    entry = typed()
    approved(entry)
    summaries.rebuild(now=world.NOW)
    choice = leave.NewChoice(new_id(), entry.pk, 90)
    leave.choose(command=choice, by=access(cast.DISPENSER), now=world.NOW + timedelta(minutes=1))

    summaries.refresh(now=world.NOW + timedelta(minutes=2))

    kept = PersonMonth.objects.get(person=world.person(cast.DISPENSER), month=NOVEMBER)
    assert (kept.overtime, kept.payable, kept.leave, kept.unpaid) == (240, 150, 90, 0)
    assert (seen().month.unpaid, seen().year.owed) == (0, 150)
    assert "nghỉ bù 1 giờ 30" in signed_in(cast.AREA_MANAGER).get("/oversight/hours/").content.decode()


def test_page_shows_money_to_nobody_and_what_was_confirmed_since_beside_the_rows():
    row()
    typed()
    page = signed_in(cast.CLINIC_HEAD).get("/oversight/hours/").content.decode()
    assert 'data-figures hx-get="/oversight/hours/"' in page
    fragment = signed_in(cast.CLINIC_HEAD).get("/oversight/hours/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "đồng" not in fragment
    assert "Số liệu lúc 06:10" in fragment


@pytest.mark.parametrize("role", [role for role in Role if role not in {
    Role.CLINIC_HEAD, Role.AREA_MANAGER, Role.PROVINCE_MANAGER, Role.AUDITOR,
}])  # fmt: skip
def test_page_is_refused_to_whoever_oversees_nothing(role: Role):
    assert signed_in(cast.ONE_OF_EACH_ROLE[role]).get("/oversight/hours/").status_code == 403


def test_file_holds_minutes_as_numbers_and_words_never_as_formulas():
    Person.objects.filter(username=cast.DISPENSER.username).update(full_name='=HYPERLINK("x")')
    row(paid=100)
    answer = signed_in(cast.CLINIC_HEAD).get("/oversight/hours/?as=xlsx")
    assert answer["Content-Disposition"] == 'attachment; filename="hours-2026-11.xlsx"'
    book = load_workbook(BytesIO(b"".join([answer.content])))
    people = next(sheet for sheet in book if sheet.title.endswith("Theo người"))
    cells = [cell for line in people.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells if cell.value == '=HYPERLINK("x")'} == {"s"}
    assert [cell.value for cell in cells if cell.data_type == "n"] == [600, 240, 600, 240, 100, 360, 0, 0]
    assert signed_in(cast.CLINIC_HEAD).get("/oversight/hours/?as=pdf").content.startswith(b"%PDF")


def test_site_narrows_the_people_and_a_stranger_narrows_nothing():
    row()
    row(cast.OTHER_DISPENSER, at=cast.OTHER_SITE)
    client = signed_in(cast.AREA_MANAGER)
    here = client.get(f"/oversight/hours/?site={world.facility(cast.SITE).pk}")
    assert [person.name for person in here.context["people"]] == ["L.T.H."]
    assert len(client.get("/oversight/hours/?site=x").context["people"]) == 2


def test_page_takes_as_many_statements_for_many_sites_and_people(django_assert_num_queries):
    row()
    asked, by = Filter.of(world.TODAY), access(cast.AREA_MANAGER)
    hours(asked=asked, access=by, now=world.NOW)  # settings are kept for a minute
    with django_assert_num_queries(STATEMENTS):
        hours(asked=asked, access=by, now=world.NOW)
    people = list(Person.objects.all())
    for place in more_sites(12):
        PersonMonth.objects.bulk_create(
            PersonMonth(
                person=person, facility=place, month=NOVEMBER, roles=["dispenser"], computed_at=world.NOW,
                **{**ZEROS, **dict.fromkeys(("duty", "working", "overtime", "overtime_working", "payable"), 60)},
            )
            for person in people
        )  # fmt: skip
    by = access(cast.AREA_MANAGER)
    hours(asked=asked, access=by, now=world.NOW)
    with django_assert_num_queries(STATEMENTS):
        assert len(hours(asked=asked, access=by, now=world.NOW).sites) == 13
    assert len(seen().near) <= queries.NEAR_MOST


@pytest.mark.parametrize(("page", "sheets"), [("", 3), ("doses/", 1), ("stock/", 2)])
def test_each_page_of_the_morning_is_a_file_too(page: str, sheets: int):
    client = signed_in(cast.AREA_MANAGER)
    book = load_workbook(BytesIO(client.get(f"/oversight/{page}?as=xlsx").content))
    assert len(book.sheetnames) == sheets
    assert cast.SITE in {cell.value for line in book.worksheets[0].iter_rows() for cell in line}
    assert client.get(f"/oversight/{page}?as=pdf").content.startswith(b"%PDF")
