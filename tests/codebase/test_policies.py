"""Every address states who may ask, and refuses everybody else: a stranger, a wrong role, a person of another place."""

from datetime import timedelta
from typing import Final

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.urls import resolve

from core import clock
from core.access import Access, Permission, Policy, Role
from core.services import jobs
from facilities.models import Area, Facility, FacilityKind, Province
from staff.models import Appointment, Person
from staff.roles import ROLES, Scope
from tests import cast, world
from tests.codebase.pages import OF_THE_CLINIC, OF_THE_SITE, Page, every_page
from tests.entrance import access, signed_in

pytestmark = pytest.mark.django_db

PAGES: Final = every_page()
GUARDED: Final = [page for page in PAGES if page.policy is not None and not page.policy.public]
FOR_PROGRAMS: Final = [
    page for page in GUARDED if page.route.startswith("api/") and page.name not in (":schema", ":api")
]
FOR_PEOPLE: Final = [page for page in GUARDED if page not in FOR_PROGRAMS]
WITH_PERMISSION: Final = [page for page in GUARDED if page.policy and page.policy.permissions]
# A day, a role or a book's name is no object: the page is about the facility that the person acts in, or the calendar.
OF_OBJECTS: Final = [
    page
    for page in WITH_PERMISSION
    if set(page.parameters) - {"day", "book", "row_id", "app_label", "rota_role", "calendar_day"}
]
# A lot is called back in the whole province; each sees what of it lies in their reach (tests/oversight/test_areas.py).
OF_THE_PROVINCE: Final = {"inventory:recall", "inventory:recall-none"}
# A picture is made by its own tests (tests/inventory/test_journey_photos.py, test_finding_photos.py;
# tests/dispensing/test_elsewhere.py). Figures for machines want their token (tests/core/test_metrics.py).
SHOWN_ELSEWHERE: Final = {
    "inventory:consignment-photo", "inventory:act-photo", "inventory:loss-photo", "dispensing:elsewhere_photo",
    "core:metrics",
}  # fmt: skip
BEFORE_SIGNING_IN: Final = {
    "core:home", "core:healthz", "core:readyz", "core:metrics", "core:set-language", "core:gallery", "staff:sign-in",
    "staff:first",
    ":worker", "staff_api:sign-in",
}  # fmt: skip
METHODS: Final = ("get", "post")


def by_name(page: Page) -> str:
    return page.name


def test_there_are_pages():
    assert len(PAGES) > 20


@pytest.mark.parametrize("target", PAGES, ids=by_name)
def test_every_view_states_its_policy(target: Page):
    assert isinstance(target.policy, Policy), f"{target.route}: decorate the view with core.access.allow(…)"
    assert target.policy.public is bool(target.policy.why), f"{target.route}: a public view says why it is one"


def test_what_is_open_to_everybody_is_listed_here():
    assert {page.name for page in PAGES if page.policy and page.policy.public} <= BEFORE_SIGNING_IN


@pytest.mark.parametrize("target", FOR_PROGRAMS, ids=by_name)
def test_every_address_for_programs_refuses_a_stranger_with_a_problem(target: Page, client: Client):
    answers = [getattr(client, method)(target.nowhere()) for method in METHODS]

    assert {answer.status_code for answer in answers} <= {401, 405}
    kind = "fhir" if "/fhir/" in target.route else "problem"
    assert {answer["Content-Type"] for answer in answers} == {f"application/{kind}+json"}


@pytest.mark.parametrize("target", FOR_PEOPLE, ids=by_name)
def test_every_page_refuses_a_stranger(target: Page, client: Client):
    answers = [getattr(client, method)(target.nowhere()) for method in METHODS]

    sent_away = [answer for answer in answers if answer.status_code == 302]
    assert sent_away
    assert all(answer["Location"].startswith("/staff/sign-in/") for answer in sent_away)
    assert {answer.status_code for answer in answers} <= {302, 405}


@pytest.mark.parametrize("role", list(Role))
def test_every_page_refuses_who_holds_none_of_its_permissions(role: Role):
    """Asked of the view that the address leads to: the way there is the stranger's, who is refused at its end, too."""
    by = access(cast.ONE_OF_EACH_ROLE[role])
    refusing = [
        page for page in WITH_PERMISSION if page.policy and not page.policy.permissions & ROLES[role].permissions
    ]
    assert signed_in(cast.ONE_OF_EACH_ROLE[role]).get(refusing[0].nowhere()).status_code in {403, 405}

    for page in refusing:
        answers = {status_of(page, method, by) for method in METHODS}
        assert 403 in answers, page.route
        assert answers <= {403, 405}, page.route


def test_every_page_refuses_who_held_its_role_until_yesterday_or_holds_it_from_tomorrow(foreigner: Person):
    """Every role, each at its own place; by a session that was opened when they were held."""
    day, ended_by = timedelta(days=1), world.person(cast.SYSTEM_ADMINISTRATOR)
    held = [Appointment.objects.filter(person=world.person(cast.ONE_OF_EACH_ROLE[role]), role=role)[0] for role in Role]
    for each in held:
        until_yesterday = {"ended_on": world.TODAY - day, "ended_by": ended_by}
        for when in (until_yesterday, {"starts_on": world.TODAY + day, "expires_on": None}):
            kept = {name: getattr(each, name) for name in ("role", "facility", "area", "province", "starts_on")}
            Appointment.objects.create(**kept | {"person": foreigner} | when)
    member = cast.Member(foreigner.username, "", "", Role.SITE_HEAD, "")
    client, by = signed_in(member, second_factor=True), access(member)

    for page in WITH_PERMISSION:
        answers = {status_of(page, method, by) for method in METHODS}
        assert 403 in answers, page.route
        assert answers <= {403, 405}, page.route
    assert client.get("/dispensing/").status_code == client.get("/api/v1/roster/").status_code == 403
    with clock.at(world.NOW - 2 * day):
        assert client.get("/dispensing/").status_code == 200


def status_of(page: Page, method: str, by: Access) -> int:
    """What the view at the address answers to somebody who has come in."""
    found = resolve(page.nowhere())
    assert found.func is page.view
    request = getattr(RequestFactory(), method)(page.nowhere())
    request.access, request.user, request.htmx = by, AnonymousUser(), False
    try:
        return int(found.func(request, *found.args, **found.kwargs).status_code)
    except PermissionDenied:
        return 403


def test_every_permission_is_asked_for_by_a_page_or_held_by_a_service():
    asked = frozenset[Permission]().union(*(page.policy.permissions for page in WITH_PERMISSION if page.policy))
    by_services_alone = {Permission.SIGN_SECOND, Permission.CONCLUDE_CASE, Permission.SET_RULES}
    by_services_alone |= {Permission.VIEW_HIV_FIGURES}

    assert set(Permission) - asked <= by_services_alone


@pytest.mark.parametrize("target", PAGES, ids=by_name)
def test_every_parameter_of_an_address_has_something_that_stands_for_it(target: Page):
    unknown = set(target.parameters) - set(OF_THE_SITE)
    assert not unknown, f"{target.route}: say in tests/codebase/pages.py what stands for {unknown}"


@pytest.fixture
def foreigner() -> Person:
    """Somebody of another area, in no role yet."""
    return Person.objects.create(
        username="nguoi.noi.khac", full_name="Chảo Láo Lở", initials="C.L.L.", created_at=world.NOW
    )


def appoint_elsewhere(person: Person, role: Role, *, in_province: bool) -> None:
    """The same role in the next area of the cast's own province, or in another province; a whole province is always
    another one."""
    scope = ROLES[role].scope
    province = world.facility(cast.SITE).area.province
    if scope is Scope.PROVINCE or not in_province:
        province = Province.objects.create(name="Lai Châu")
    area = Area.objects.create(province=province, name="Sìn Hồ", label="trung tâm y tế khu vực")
    clinic = Facility.objects.create(area=area, kind=FacilityKind.MAIN_CLINIC, name="Sìn Hồ")
    Appointment.objects.create(
        person=person,
        role=role,
        facility=clinic if scope in {Scope.FACILITY, Scope.CLINIC} else None,
        area=area if scope is Scope.AREA else None,
        province=province if scope is Scope.PROVINCE else None,
        starts_on=cast.SINCE,
    )


def role_for(page: Page) -> Role:
    """Somebody who may ask for the page."""
    assert page.policy is not None
    wanted = page.policy.permissions
    return next(role for role in Role if not wanted or wanted & ROLES[role].permissions)


def somebody_for(page: Page) -> cast.Member:
    """One of the cast who may ask for the page, at the place whose object it shows."""
    if set(page.parameters) & OF_THE_CLINIC:
        return cast.STORE_KEEPER
    return cast.ONE_OF_EACH_ROLE[role_for(page)] if page.policy and page.policy.permissions else cast.DISPENSER


@pytest.mark.parametrize("target", OF_OBJECTS, ids=by_name)
def test_every_page_refuses_the_right_role_of_the_wrong_place(target: Page, foreigner: Person):
    role = role_for(target)
    appoint_elsewhere(foreigner, role, in_province=target.name not in OF_THE_PROVINCE)
    member = cast.Member(foreigner.username, "", "", role, "")
    client = signed_in(member, second_factor=True)
    address = target.of_the_site()

    answers = {getattr(client, method)(address).status_code for method in METHODS}

    assert answers & {403, 404}, answers
    assert answers <= {403, 404, 405}, answers


@pytest.mark.parametrize(
    "target", [page for page in PAGES if page.policy and page.name not in SHOWN_ELSEWHERE], ids=by_name
)
def test_every_page_opens_for_who_may_ask(target: Page):
    """Whatever it is asked with, a page answers in words; an error would be raised here."""
    jobs.beat(now=clock.now(), keep=timedelta(days=1))
    assert target.policy is not None
    client = Client()
    if not target.policy.public:
        signed_in(somebody_for(target), client=client)
    address = target.of_the_site()

    assert client.get(address).status_code in {200, 302, 405}
    sent = client.post(address) if target not in FOR_PROGRAMS else client.post(address, {}, "application/json")
    assert sent.status_code in {200, 201, 204, 302, 303, 400, 401, 403, 404, 405, 409, 415, 422}
