"""Second signatures as a manager sees them: shares with their n, habits, and the way to what each number is made of."""

from datetime import timedelta

import pytest

from core.ids import new_id
from facilities.models import Facility
from oversight.queries import seconds, sites
from oversight.queries.seconds import Habits, Show, habits_of
from staff.models import Attestation, Mode, Proof, RemoteCode
from staff.services import signatures
from tests import cast, world
from tests.entrance import access, signed_in
from tests.oversight.hands import alone, more_sites

pytestmark = pytest.mark.django_db
DIGEST = "0" * 64


def site() -> int:
    return world.facility(cast.SITE).pk


def signed(
    mode: Mode = Mode.PRESENT,
    *,
    by: cast.Member = cast.WITNESS,
    actor: cast.Member = cast.DISPENSER,
    days_ago: int = 1,
    ms: int | None = 20000,
    of: Attestation | None = None,
) -> Attestation:
    """A second person signed, or looked at `of` later."""
    act_id, at = of.act_id if of else new_id(), world.NOW - timedelta(days=days_ago)
    code = None
    if mode is Mode.REMOTE:
        code = RemoteCode.objects.create(
            witness=world.person(by), actor=world.person(actor), facility_id=site(), acting_as="", code_hash="x",
            made_at=at, expires_at=at,
        )  # fmt: skip
    signature = signatures.record(
        person_id=world.person(by).pk, facility_id=site(), acting_as="", proof=Proof.PAPER, meaning="witnessed",
        subject_kind="tests", subject_id=act_id, digest=DIGEST, signed_at=at,
    )  # fmt: skip
    return Attestation.objects.create(
        act_kind="tests", act_id=act_id, digest=DIGEST, facility_id=site(), actor=world.person(actor), mode=mode,
        second=world.person(by), signature=signature, code=code, considered_ms=ms, at=at,
    )  # fmt: skip


def seen() -> Habits:
    return habits_of([site()], now=world.NOW)[site()]


def test_each_share_is_counted_with_its_n():
    before = seen()
    waiting, looked = alone(hours_ago=80), alone(hours_ago=90)
    signed(Mode.REVIEW, of=looked, by=cast.SITE_HEAD)
    signed(Mode.REMOTE, by=cast.SITE_HEAD)
    signed()
    signed(days_ago=31)

    after = seen()

    assert (after.wanted - before.wanted, after.signed - before.signed) == (4, 2)
    assert (after.alone - before.alone, after.reviewed - before.reviewed) == (2, 1)
    assert after.remote - before.remote == 1
    assert after.waiting - before.waiting == 1
    assert after.oldest_at == waiting.at


@pytest.mark.parametrize(("ms", "counted"), [(0, 1), (2000, 1), (2001, 0), (None, 0)])
def test_a_signature_within_two_seconds_is_quick(ms: int | None, counted: int):
    before = seen().quick
    signed(ms=ms)

    assert seen().quick - before == counted


def test_always_the_same_pair_needs_enough_acts_and_counts_both_ways():
    start = seen().signed
    for _ in range(9 - start):
        signed()
    assert seen().pair is None
    for _ in range(40):
        signed(by=cast.DISPENSER, actor=cast.SECOND_DISPENSER)
        signed(by=cast.SECOND_DISPENSER, actor=cast.DISPENSER)

    pair = seen().pair

    assert pair is not None
    assert pair.names == "L.T.H. · V.A.S."
    assert pair.count == 80


def test_the_list_behind_a_number_has_as_many_lines_as_the_number_says():
    alone()
    looked = alone(hours_ago=3)
    signed(Mode.REVIEW, of=looked, by=cast.SITE_HEAD)
    signed(Mode.REMOTE, ms=500)
    habits = seen()
    by = access(cast.AREA_MANAGER)

    counts = {
        show: seconds.acts(site(), show=show, pair=frozenset(), access=by, now=world.NOW)[0]
        for show in Show
        if show is not Show.PAIR
    }

    assert counts == {
        Show.ALL: habits.wanted, Show.ALONE: habits.alone, Show.WAITING: habits.waiting,
        Show.REVIEWED: habits.reviewed, Show.REMOTE: habits.remote, Show.QUICK: habits.quick,
    }  # fmt: skip


def test_the_pages_lead_from_the_number_to_its_acts():
    alone()
    client = signed_in(cast.AREA_MANAGER)
    address = f"/oversight/sites/{site()}/seconds/"

    assert f"{address}?show=waiting" in client.get("/oversight/doses/").content.decode()
    assert f"{address}?show=alone" in client.get(f"/oversight/sites/{site()}/").content.decode()
    listed = client.get(address, {"show": "alone"}).content.decode()
    assert "đồng nghiệp đi họp" in listed
    assert "một mình, chưa xem lại" in listed


def test_a_site_out_of_reach_is_not_found():
    elsewhere = Facility.objects.get(name=cast.OTHER_SITE)
    elsewhere.kind = "store"
    elsewhere.save(update_fields=["kind"])

    assert signed_in(cast.AREA_MANAGER).get(f"/oversight/sites/{elsewhere.pk}/seconds/").status_code == 404


@pytest.mark.parametrize("count", [20, 200])
def test_the_list_costs_the_same_for_any_number(count: int, django_assert_max_num_queries):
    for _ in range(count):
        alone()
    client = signed_in(cast.AREA_MANAGER)
    client.get(f"/oversight/sites/{site()}/seconds/")

    with django_assert_max_num_queries(22):
        client.get(f"/oversight/sites/{site()}/seconds/")


def test_habits_of_many_sites_are_two_statements(django_assert_num_queries):
    ids = [site(), *(each.pk for each in more_sites(20))]
    sites.morning(access=access(cast.AREA_MANAGER), now=world.NOW)
    habits_of(ids, now=world.NOW)

    with django_assert_num_queries(2):
        assert len(habits_of(ids, now=world.NOW)) == 21
