"""Who a name and a password, or a session, belong to. Rights are not Django's: they follow from appointments."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from core import clock
from staff.models import Person
from staff.queries.appointments import held_by


class PersonBackend(BaseBackend):
    """Name and password. What is known of a person's appointments is read with the person, in one statement."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Person | None:
        if username is None or password is None:
            return None
        try:
            person = Person.objects.get_by_natural_key(username)
        except Person.DoesNotExist:
            Person().set_password(password)  # an unknown name takes as long as a wrong password
            return None
        return person if person.check_password(password) and person.is_active else None

    def get_user(self, user_id: int) -> Person | None:
        person, held = held_by(user_id, now=clock.now())
        if person is None or not person.is_active:
            return None
        person.held = held
        return person
