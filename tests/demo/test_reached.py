"""Who in the demo is told outside the product."""

import pytest

from core.access import Role
from demo.people import staff
from demo.reached import let_them_be_told
from staff.models import Person
from tests import world
from tests.demo.tiny import TINY

pytestmark = pytest.mark.django_db


def test_heads_and_physicians_and_the_administrator_say_how_to_be_reached_and_keep_what_they_change():
    posts = staff(TINY)
    people = {
        post.username: Person.objects.create(
            username=f"thu.{post.username}", full_name=post.full_name, initials="X", created_at=world.NOW
        )
        for post in posts
    }

    told = let_them_be_told(posts, people, now=world.NOW)

    wishing = Person.objects.filter(pk__in=[person.pk for person in people.values()])
    assert told == wishing.exclude(wants_sms=False, wants_email=False).count() > 3
    roles = {post.role for post in posts if Person.objects.get(pk=people[post.username].pk).wants_sms}
    assert roles == {Role.SITE_HEAD, Role.CLINIC_HEAD, Role.CLINIC_PHYSICIAN}
    assert all(email.endswith("@example.vn") for email in wishing.exclude(email="").values_list("email", flat=True))
    again = {name: Person.objects.get(pk=person.pk) for name, person in people.items()}
    assert let_them_be_told(posts, again, now=world.NOW) == 0
