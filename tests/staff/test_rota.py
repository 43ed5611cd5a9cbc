"""The rota: planned by the head, proposed fairly, swapped by both; gaps shown; who is not planned works, too."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from core.ids import new_id
from facilities.services import settings
from followup.models import Notice
from followup.services import rota_told
from staff.models import Appointment, RotaDuty, RotaSwap
from staff.queries.rota import gaps_between
from staff.queries.rota_fair import fairness, suggestions
from staff.rules.rota import GapKind
from staff.rules.rota_codes import RotaRole
from staff.services import hours_refusals, rota, swaps
from staff.services import rota_refusals as refusals
from staff.services.swaps import SwapStep
from tests import cast, world
from tests.entrance import access, signed_in
from tests.staff.planning import FRIDAY, NOW, SATURDAY, SUNDAY, entry, off, offered, planned, set_rule, site
from tests.staff.working import typed

pytestmark = pytest.mark.django_db
ROTA = "/staff/rota/"
PHONE = RotaRole.PHYSICIAN


@pytest.fixture(autouse=True)
def _as_before():
    yield
    settings.forget()


def standing() -> list[tuple]:
    rows = RotaDuty.objects.filter(ended_at__isnull=True).order_by("day", "role", "person_id")
    return [(row.day, row.role, row.person.username) for row in rows.select_related("person")]


def gaps(day=SUNDAY, *, place: str = cast.SITE):
    return {(gap.role, gap.gap.kind, gap.initials) for gap in gaps_between([world.facility(place).pk], day, day)}


def test_head_plans_and_takes_out_and_the_history_stays():
    row = planned()
    assert planned() == row
    rota.unplan(facility_id=site(), entry=entry(), by=access(cast.SITE_HEAD), now=NOW)

    row.refresh_from_db()
    assert (row.ended_why, standing()) == ("changed", [])
    assert planned(by=cast.CLINIC_HEAD).pk != row.pk


def test_planning_by_others_of_the_past_or_of_who_may_not_is_refused_in_words():
    with pytest.raises(hours_refusals.NotReached):
        planned(by=cast.DISPENSER)
    with pytest.raises(refusals.PastDay):
        planned(day=world.TODAY - timedelta(days=1))
    for member, role in (
        (cast.COUNSELLOR, RotaRole.POUR),
        (cast.OTHER_DISPENSER, RotaRole.POUR),
        (cast.WITNESS, PHONE),
    ):
        with pytest.raises(refusals.NotAble):
            planned(member, role=role)


def test_gaps_say_what_is_missing_on_a_sunday_and_whose_plan_does_not_work_out():
    assert gaps() == {(role, GapKind.MISSING, "") for role in (RotaRole.POUR, RotaRole.SECOND, PHONE)}
    planned()
    planned(cast.WITNESS, role=RotaRole.SECOND)
    planned(cast.CLINIC_PHYSICIAN, role=PHONE)
    assert gaps() == set()

    off()
    Appointment.objects.filter(person__username=cast.WITNESS.username).update(
        ended_on=SATURDAY, ended_by=world.person(cast.SITE_HEAD)
    )
    assert gaps() == {
        (RotaRole.POUR, GapKind.AWAY, "L.T.H."), (RotaRole.POUR, GapKind.MISSING, ""),
        (RotaRole.SECOND, GapKind.ENDED, "L.T.B."), (RotaRole.SECOND, GapKind.MISSING, ""),
    }  # fmt: skip


def test_somebody_at_two_places_is_a_clash_but_a_physician_is_reachable_for_both():
    other = world.facility(cast.OTHER_SITE).pk
    Appointment.objects.create(
        person=world.person(cast.DISPENSER), role=cast.DISPENSER.role, facility_id=other, starts_on=cast.SINCE
    )
    for place in (site(), other):
        planned(place=place, by=cast.CLINIC_HEAD)
        planned(cast.CLINIC_PHYSICIAN, role=PHONE, place=place, by=cast.CLINIC_HEAD)

    found = gaps(place=cast.OTHER_SITE)
    assert (RotaRole.POUR, GapKind.ELSEWHERE, "L.T.H.") in found
    assert not [gap for gap in found if gap[0] is PHONE]


def test_settings_say_which_roles_a_day_needs():
    set_rule("RotaSettings.second_needed", False)
    set_rule("RotaSettings.physician_needed", False)

    assert gaps() == {(RotaRole.POUR, GapKind.MISSING, "")}


def test_gaps_of_many_places_ask_a_bounded_number_of_questions(django_assert_num_queries):
    places = [world.facility(name).pk for name in (cast.SITE, cast.OTHER_SITE)]
    gaps_between(places, FRIDAY, SUNDAY)
    for day in (FRIDAY, SATURDAY, SUNDAY):
        planned(day=day)
        planned(cast.PHARMACIST, day=day, role=RotaRole.SECOND)

    for asked, last in ((places[:1], FRIDAY), (places, SUNDAY + timedelta(days=25))):
        with django_assert_num_queries(6):
            gaps_between(asked, FRIDAY, last)


def test_proposal_gives_the_sunday_to_who_worked_fewest_and_is_taken_as_chosen():
    """Everybody who may pour but one has worked a Sunday of late."""
    for member in (cast.DISPENSER, cast.SECOND_DISPENSER):
        typed(member, day=world.TODAY - timedelta(days=2))
    off(cast.PHARMACIST, first=SATURDAY, last=SATURDAY)

    tomorrow = world.TODAY + timedelta(days=1)  # today is a holiday
    found = suggestions(facility_id=site(), first=tomorrow)

    days = {each.day for each in found}
    assert (min(days), max(days)) == (tomorrow, tomorrow + timedelta(days=27))
    first_heavy = {(each.day, each.role): each for each in found if each.heavy}
    assert first_heavy[SATURDAY, RotaRole.POUR].person_id != world.person(cast.PHARMACIST).pk
    pharmacist = first_heavy[SUNDAY, RotaRole.POUR]
    assert (pharmacist.name, "ít nhất" in pharmacist.why) == (cast.PHARMACIST.full_name, True)
    head = signed_in(cast.SITE_HEAD)
    taken = head.post(f"{ROTA}propose/", {"chosen": [pharmacist.value]})
    assert (taken.status_code, standing()) == (302, [(SUNDAY, "pour", cast.PHARMACIST.username)])
    assert head.post(f"{ROTA}propose/", {"chosen": ["x"]}).status_code == 422
    assert RotaDuty.objects.get().how == "proposed"


def test_copy_fills_what_is_open_as_the_week_before_was():
    week = timedelta(days=7)
    planned()
    planned(cast.WITNESS, role=RotaRole.SECOND)
    planned(cast.PHARMACIST, day=SUNDAY + week)
    off(cast.WITNESS, first=SUNDAY + week)

    monday = SUNDAY + timedelta(days=1)
    made = rota.copy_week(facility_id=site(), monday=monday, by=access(cast.SITE_HEAD), now=NOW)
    assert made == 0
    made = rota.copy_week(facility_id=site(), monday=monday + week, by=access(cast.SITE_HEAD), now=NOW)

    assert made == 1
    assert (SUNDAY + 2 * week, "pour", cast.PHARMACIST.username) in standing()


def test_swap_is_agreed_by_both_and_changes_both_duties_at_once():
    mine = planned()
    theirs = planned(cast.SECOND_DISPENSER, day=SATURDAY)
    swap = offered(mine, in_return=theirs.pk)
    asked = swaps.Offer(new_id(), mine.pk, swap.to_id, None, "")
    with pytest.raises(refusals.AlreadyOffered):
        swaps.offer(command=asked, by=access(cast.DISPENSER), now=NOW)
    with pytest.raises(RotaSwap.DoesNotExist):
        swaps.answer(swap_id=swap.pk, yes=True, by=access(cast.PHARMACIST), now=NOW)

    step = swaps.answer(swap_id=swap.pk, yes=True, by=access(cast.SECOND_DISPENSER), now=NOW)

    assert (step, standing()) == (
        SwapStep.DONE,
        [(SATURDAY, "pour", cast.DISPENSER.username), (SUNDAY, "pour", cast.SECOND_DISPENSER.username)],
    )
    mine.refresh_from_db()
    assert mine.ended_why == "swapped"
    with pytest.raises(refusals.Answered):
        swaps.answer(swap_id=swap.pk, yes=False, by=access(cast.SECOND_DISPENSER), now=NOW)
    told = set(Notice.objects.filter(kind=rota_told.SWAP).values_list("person__username", "data__step"))
    assert told >= {(cast.SECOND_DISPENSER.username, "offered"), (cast.DISPENSER.username, "done")}
    assert (cast.SITE_HEAD.username, "done") in told


def test_swap_waits_for_a_head_where_the_place_wants_it_and_no_head_decides_their_own():
    set_rule("RotaSettings.swap_needs_head", True)
    swap = offered(planned(cast.SITE_HEAD), by=cast.SITE_HEAD)
    assert swaps.answer(swap_id=swap.pk, yes=True, by=access(cast.SECOND_DISPENSER), now=NOW) is SwapStep.AGREED
    assert standing() == [(SUNDAY, "pour", cast.SITE_HEAD.username)]
    assert Notice.objects.get(kind=rota_told.TO_DECIDE).person == world.person(cast.CLINIC_HEAD)

    with pytest.raises(refusals.OwnSwap):
        swaps.decide(swap_id=swap.pk, yes=True, by=access(cast.SITE_HEAD), now=NOW)
    assert swaps.decide(swap_id=swap.pk, yes=True, by=access(cast.CLINIC_HEAD), now=NOW) is SwapStep.DONE

    assert standing() == [(SUNDAY, "pour", cast.SECOND_DISPENSER.username)]
    with pytest.raises(refusals.Answered):
        swaps.decide(swap_id=swap.pk, yes=False, by=access(cast.CLINIC_HEAD), now=NOW)


def test_swap_of_what_was_changed_meanwhile_or_to_who_may_not_is_refused():
    duty = planned()
    with pytest.raises(refusals.NotAble):
        offered(duty, to=cast.COUNSELLOR)
    swap = offered(duty)
    rota.unplan(facility_id=site(), entry=entry(), by=access(cast.SITE_HEAD), now=NOW)

    with pytest.raises(refusals.NotPlanned):
        swaps.answer(swap_id=swap.pk, yes=True, by=access(cast.SECOND_DISPENSER), now=NOW)
    swaps.withdraw(swap_id=swap.pk, by=access(cast.DISPENSER), now=NOW)
    swap.refresh_from_db()
    assert swap.answer == "withdrawn"


def test_swap_with_somebody_whose_appointment_ended_since_is_not_carried_out():
    swap = offered(duty := planned())
    mine = Appointment.objects.filter(person=world.person(cast.SECOND_DISPENSER))
    mine.update(ended_on=world.TODAY - timedelta(days=1), ended_by=world.person(cast.SITE_HEAD))

    with pytest.raises(refusals.NotAble):
        swaps.answer(swap_id=swap.pk, yes=True, by=access(cast.SECOND_DISPENSER), now=NOW)
    duty.refresh_from_db()
    assert duty.ended_at is None


def test_fairness_counts_weekends_and_holidays_planned_and_worked():
    tet = world.TODAY.replace(month=2, day=17)
    typed(day=world.TODAY - timedelta(days=2))
    typed(day=world.TODAY - timedelta(days=1))
    typed(cast.PHARMACIST, day=tet)
    planned(cast.PHARMACIST)

    shares = {each.name: each for each in fairness(facility_id=site(), until=world.TODAY)}

    hoa, minh = shares[cast.DISPENSER.full_name], shares[cast.PHARMACIST.full_name]
    assert (hoa.worked_weekends, hoa.worked_holidays, hoa.planned_weekends, hoa.worked_days) == (1, 0, 0, 2)
    assert (minh.worked_weekends, minh.worked_holidays, minh.planned_weekends) == (0, 1, 1)


def test_the_day_before_people_are_told_once_and_again_only_when_their_roles_change():
    tomorrow = world.TODAY + timedelta(days=1)
    planned(day=tomorrow)
    planned()
    assert rota_told.tell_tomorrow(now=NOW) == 1
    assert rota_told.tell_tomorrow(now=NOW + timedelta(hours=1)) == 0

    planned(day=tomorrow, role=RotaRole.SECOND)

    assert rota_told.tell_tomorrow(now=NOW + timedelta(hours=2)) == 1
    page = signed_in(cast.DISPENSER).get("/cases/notices/").content.decode()
    assert "Ngày mai 25/11/2026 bạn trực: Cấp phát, Người thứ hai." in page


def test_who_is_not_planned_works_and_is_recorded():
    planned(cast.PHARMACIST, day=world.TODAY)

    assert typed(day=world.TODAY - timedelta(days=1)).confirmed_at == NOW
    assert signed_in(cast.DISPENSER).get("/dispensing/").status_code == 200


def test_pages_plan_by_one_tap_and_swap_on_a_telephone():
    head, mine, other = (
        signed_in(each, client=Client()) for each in (cast.SITE_HEAD, cast.DISPENSER, cast.SECOND_DISPENSER)
    )
    assert "chưa có ai" in head.get(f"{ROTA}?from={SUNDAY}").content.decode()
    slot = f"{ROTA}{SUNDAY}/pour/"
    assert cast.DISPENSER.full_name in head.get(slot).content.decode()
    assert mine.get(slot).status_code == 403
    tapped = head.post(slot, {"person": world.person(cast.DISPENSER).pk, "what": "on"})
    assert tapped["Location"].endswith(f"#d{SUNDAY}")
    assert head.get(f"{ROTA}{SUNDAY}/gossip/").status_code == 404

    page = mine.get(f"{ROTA}mine/").content.decode()
    duty = RotaDuty.objects.get()
    assert f"{ROTA}mine/{duty.pk}/" in page
    assert other.get(f"{ROTA}mine/{duty.pk}/").status_code == 404
    said = {"id": str(new_id()), "to": world.person(cast.SECOND_DISPENSER).pk, "words": "con ốm"}
    assert mine.post(f"{ROTA}mine/{duty.pk}/", said | {"to": ""}).status_code == 422
    assert mine.post(f"{ROTA}mine/{duty.pk}/", said).status_code == 302
    assert "con ốm" in other.get(f"{ROTA}mine/").content.decode()
    other.post(f"{ROTA}swaps/{said['id']}/answer/", {"what": "yes"})
    assert standing() == [(SUNDAY, "pour", cast.SECOND_DISPENSER.username)]
    assert "đã đổi" in mine.get(f"{ROTA}mine/").content.decode()
    for path in ("fair/", "propose/", ""):
        assert head.get(f"{ROTA}{path}?facility={world.facility(cast.OTHER_SITE).pk}").status_code == 404


def test_week_asks_a_bounded_number_of_questions(django_assert_max_num_queries):
    client = signed_in(cast.SITE_HEAD)
    client.get(ROTA)
    for back in range(20):
        planned(day=world.TODAY + timedelta(days=back))
        planned(cast.WITNESS, day=world.TODAY + timedelta(days=back), role=RotaRole.SECOND)

    with django_assert_max_num_queries(16):
        client.get(ROTA)


def test_second_place_of_a_person_is_theirs_too():
    """A head acts for the place that the tap names, never for one out of reach."""
    elsewhere = replace(access(cast.SITE_HEAD), facility_id=world.facility(cast.OTHER_SITE).pk)
    with pytest.raises(hours_refusals.NotReached):
        rota.plan(facility_id=elsewhere.facility_id or 0, entry=entry(), by=elsewhere, now=NOW)
