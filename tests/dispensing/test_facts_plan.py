"""The large question of every dose is planned once per connection, not for every patient."""

import pytest
from django.db import connection

from dispensing.queries import facts
from tests import world
from tests.dispensing import morning

pytestmark = pytest.mark.django_db
TIMES = 12  # psycopg prepares at the third, PostgreSQL decides about a common plan at its sixth


def test_facts_of_one_patient_keep_one_plan_for_all():
    here = morning.site()
    patients = [morning.patient().pk for _ in range(3)]

    for turn in range(TIMES):
        facts.load(patient_ids=[patients[turn % 3]], facility_id=here.pk, now=world.NOW, zone=here.zone, days=31)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans > 0 FROM pg_prepared_statements WHERE statement LIKE %s", ["%WHERE p.id = $%"]
        )
        assert cursor.fetchall() == [(True,)]
