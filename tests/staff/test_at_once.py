"""Two people, or one guesser with many hands, at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from core.digests import sha256_of
from core.ids import new_id
from staff.models import Attestation, Person, Signature
from staff.services import attestations, pins
from tests import cast, world
from tests.entrance import access
from tests.plugins.clones import CommittedDatabase


def at_once(hands: int, act: Callable[[], object]) -> list[object]:
    """What each hand got: the answer, or the error that it was refused with."""
    ready = Barrier(hands)

    def one() -> object:
        try:
            ready.wait()
            return act()
        except (pins.PinRefused, attestations.AttestationRefused) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(hands) as pool:
        return [future.result() for future in [pool.submit(one) for _hand in range(hands)]]


def test_guessing_a_pin_with_many_hands_gets_no_more_tries(committed_db: CommittedDatabase):
    by = access(cast.DISPENSER)

    answers = at_once(12, lambda: pins.verify(person_id=by.person_id or 0, pin="000000", by=by, now=world.NOW))

    assert sum(isinstance(answer, pins.WrongPin) for answer in answers) == 4
    assert sum(isinstance(answer, pins.PinLocked) for answer in answers) == 8


def test_one_witness_may_sign_two_acts_at_once(committed_db: CommittedDatabase):
    actor = access(cast.DISPENSER)
    second = attestations.Present(cast.WITNESS.username, cast.OTHER_PIN)
    site = world.facility(cast.SITE).pk
    before = Signature.objects.count()

    def sign() -> Attestation:
        proven = attestations.prove(second=second, actor=actor, facility_id=site, now=world.NOW)
        return attestations.attest(
            act_kind="bottle.opened",
            act_id=new_id(),
            digest=sha256_of({"act": "bottle opened"}),
            facility_id=site,
            actor=actor,
            second=proven,
            now=world.NOW,
        )

    answers = at_once(6, sign)

    assert all(isinstance(answer, Attestation) for answer in answers)
    assert Signature.objects.count() == before + 6
    assert Person.objects.get(username=cast.WITNESS.username).pin_failures == 0
