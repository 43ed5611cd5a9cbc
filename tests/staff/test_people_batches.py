"""Many accounts at once: made once, appointed, able to sign in, and written into the audit trail."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.hashers import make_password
from django_otp.plugins.otp_totp.models import TOTPDevice

from core.access import NOBODY, Role
from core.models import AuditEvent
from facilities.models import Area
from staff.models import Appointment
from staff.queries.appointments import standing_at
from staff.services import people_batches
from staff.services.appointments import Place
from staff.services.people_batches import NewMember
from tests import cast
from tests.world import facility

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 23, 10, tzinfo=UTC)
SINCE = date(2026, 11, 24)


@pytest.fixture
def members() -> list[NewMember]:
    hashed = make_password("suong-tren-nuong")
    area = Area.objects.get(name=cast.AREA)
    site = Place("facility", facility(cast.SITE).pk)
    return [
        NewMember("moi.mot", "Lò Văn Một", Role.DISPENSER, site, SINCE, hashed, hashed),
        NewMember("moi.hai", "Sùng A Hai", Role.AREA_MANAGER, Place("area", area.pk), SINCE, hashed, hashed, "3132"),
    ]


def test_add_many_new_people_work_where_they_were_appointed(members):
    made = people_batches.add_many(members=members, by=NOBODY, now=NOW)

    dispenser, manager = made["moi.mot"], made["moi.hai"]
    assert dispenser.check_password("suong-tren-nuong")
    assert dispenser.initials == "L.V.M."
    site = facility(cast.SITE)
    assert standing_at(site.pk, person_id=dispenser.pk, now=NOW).roles == {Role.DISPENSER}
    assert standing_at(site.pk, person_id=manager.pk, now=NOW).roles == {Role.AREA_MANAGER}
    assert TOTPDevice.objects.get(user=manager).confirmed
    assert not TOTPDevice.objects.filter(user=dispenser).exists()
    written = AuditEvent.objects.filter(subject_kind="person", subject_id__in=[str(dispenser.pk), str(manager.pk)])
    assert written.filter(action="person.added").count() == 2


def test_add_many_known_people_are_left_as_they_are(members):
    before = people_batches.add_many(members=members, by=NOBODY, now=NOW)

    again = people_batches.add_many(members=members, by=NOBODY, now=NOW)

    assert {name: person.pk for name, person in again.items()} == {name: person.pk for name, person in before.items()}
    assert Appointment.objects.filter(person__username__startswith="moi.").count() == 2


def test_add_many_any_number_takes_the_same_number_of_statements(members, django_assert_max_num_queries):
    many = [NewMember(f"nhieu.{n}", "Vàng A Nhiều", Role.WITNESS, members[0].place, SINCE, "!", "!") for n in range(50)]

    with django_assert_max_num_queries(8):
        people_batches.add_many(members=many, by=NOBODY, now=NOW)
