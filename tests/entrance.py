"""How tests come in: a client signed in as one of the cast, past the second factor where the role needs one."""

from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from core.access import Access
from staff.queries.appointments import access_of, held_by
from tests import cast, world


def signed_in(member: cast.Member, *, client: Client | None = None, second_factor: bool = False) -> Client:
    """A client with a session of that person. Signing in itself is tested in tests/staff/test_signin.py.

    `second_factor`: give somebody who is not of the cast a telephone first.
    """
    client = client or Client()
    person = world.person(member)
    client.force_login(person, backend="staff.backends.PersonBackend")
    if second_factor:
        TOTPDevice.objects.create(user=person, name="điện thoại", key=cast.TOTP_KEY, confirmed=True)
    device = TOTPDevice.objects.filter(user=person, confirmed=True).first()
    if device is not None:
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
    return client


def access(member: cast.Member) -> Access:
    """What that person may do at the tests' time, as their requests would have it."""
    person, held = held_by(world.person(member).pk, now=world.NOW)
    assert person is not None
    return access_of(person, held, now=world.NOW, second_factor=True)
