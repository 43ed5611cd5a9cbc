"""The hold of an opened patient is a courtesy: one screen at a time, given back at once."""

import pytest

from core.ids import new_id
from dispensing.services import screens
from tests import cast, world
from tests.dispensing import morning

pytestmark = pytest.mark.django_db


def take(patient_id, screen):
    return screens.take(
        patient_id=patient_id, screen=screen, by=morning.access(cast.DISPENSER), now=world.NOW, seconds=30
    )


def test_leave_frees_whom_this_screen_had_open():
    patient = new_id()
    assert take(patient, "first") is None
    assert take(patient, "second").holder == "first"

    screens.leave(screen="first")

    assert take(patient, "second") is None


def test_leave_frees_nobody_whom_another_screen_took_since():
    patient, other = new_id(), new_id()
    take(patient, "first")
    take(other, "first")
    take(patient, "second")

    screens.leave(screen="first")

    assert take(patient, "third").holder == "second"
    assert take(other, "third") is None


def test_leave_of_a_screen_with_nobody_open_does_nothing():
    screens.leave(screen="idle")
