"""Second signatures: present, alone, reviewed; each denial; and signatures bound to what was signed."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from core.access import Access, Role
from core.digests import sha256_of
from core.ids import new_id
from core.models import AuditEvent
from core.views.pages import may_open
from staff import kinds
from staff.forms import SecondPersonForm
from staff.models import Appointment, Attestation, Mode, Person, Proof, Signature
from staff.queries.people import seconds_at
from staff.services import attestations, pins, signatures
from staff.services.attestations import (
    Alone,
    NoReason,
    NotEntitled,
    NotOpenForReview,
    OtherContent,
    Present,
    SamePerson,
    SecondPerson,
    UnknownSecond,
)
from tests import cast, world
from tests.entrance import access, signed_in

pytestmark = pytest.mark.django_db

DIGEST = sha256_of({"act": "bottle opened"})
WITNESS = Present(cast.WITNESS.username, cast.OTHER_PIN)


def site() -> int:
    return world.facility(cast.SITE).pk


def prove(second: SecondPerson, *, actor: Access | None = None) -> attestations.ProvenSecond | Alone:
    by = actor or access(cast.DISPENSER)
    return attestations.prove(second=second, actor=by, facility_id=site(), now=world.NOW)


def attest(second: SecondPerson = WITNESS, *, act_id: UUID | None = None, digest: str = DIGEST) -> Attestation:
    return attestations.attest(
        act_kind="bottle.opened",
        act_id=act_id or new_id(),
        digest=digest,
        facility_id=site(),
        actor=access(cast.DISPENSER),
        second=prove(second),
        now=world.NOW,
    )


def test_a_witness_present_signs_exactly_what_was_shown():
    made = attest()

    signature = made.signature
    assert signature is not None
    assert (made.mode, made.second) == (Mode.PRESENT, world.person(cast.WITNESS))
    assert (signature.person, signature.digest, signature.proof) == (made.second, DIGEST, Proof.PIN)
    assert (signature.subject_id, signature.facility_id) == (made.act_id, site())
    assert signature.acting_as == "witness"
    event = AuditEvent.objects.get(action="attestation.present", subject_id=made.act_id)
    assert (event.actor_id, event.detail["second"]) == (access(cast.DISPENSER).person_id, made.second_id)


def test_the_name_of_the_second_person_may_be_in_any_case():
    assert prove(Present(cast.WITNESS.username.upper(), cast.OTHER_PIN))


def test_alone_is_kept_with_its_reason_and_without_a_second_person():
    made = attest(Alone("  cả trạm đi tiêm chủng  "))

    assert (made.mode, made.second, made.signature) == (Mode.ALONE, None, None)
    assert made.reason == "cả trạm đi tiêm chủng"


@pytest.mark.parametrize(
    ("second", "refused"),
    [
        (Alone("  "), NoReason),
        (Present("", cast.OTHER_PIN), UnknownSecond),
        (Present("ai.do.khac", cast.OTHER_PIN), UnknownSecond),
        (Present(cast.DISPENSER.username, cast.PIN), SamePerson),
        (Present(cast.COUNSELLOR.username, cast.PIN), NotEntitled),
        (Present(cast.OTHER_WITNESS.username, cast.OTHER_PIN), NotEntitled),
        (Present(cast.AREA_MANAGER.username, cast.PIN), NotEntitled),
        (Present(cast.WITNESS.username, cast.PIN), pins.WrongPin),
        (Present(cast.WITNESS.username, ""), pins.WrongPin),
    ],
    ids=["no reason", "nobody", "unknown", "oneself", "wrong role", "other site", "manager", "actor's PIN", "no PIN"],
)
def test_a_second_person_who_does_not_do_is_refused_in_words(second: SecondPerson, refused: type[Exception]):
    with pytest.raises(refused) as told:
        prove(second)

    assert told.value.sentence


def test_a_witness_whose_appointment_has_ended_cannot_sign():
    Appointment.objects.filter(person__username=cast.WITNESS.username).update(
        ended_on=world.TODAY - timedelta(days=1), ended_by=world.person(cast.SYSTEM_ADMINISTRATOR)
    )

    with pytest.raises(NotEntitled):
        prove(WITNESS)


def test_a_closed_account_cannot_sign():
    Person.objects.filter(username=cast.WITNESS.username).update(is_active=False)

    with pytest.raises(UnknownSecond):
        prove(WITNESS)


def test_a_person_of_several_places_signs_where_they_are_entitled_wherever_else_they_work():
    Appointment.objects.create(
        person=world.person(cast.OTHER_WITNESS), role=Role.WITNESS, facility_id=site(), starts_on=world.TODAY
    )

    assert prove(Present(cast.OTHER_WITNESS.username, cast.OTHER_PIN))


def test_a_physician_of_the_clinic_may_sign_at_its_satellites():
    assert prove(Present(cast.CLINIC_PHYSICIAN.username, cast.PIN))


def test_the_same_act_again_gives_the_same_attestation_and_other_content_is_refused():
    act_id = new_id()
    first = attest(act_id=act_id)

    assert attest(act_id=act_id) == first
    with pytest.raises(OtherContent):
        attest(act_id=act_id, digest=sha256_of({"act": "another"}))
    assert Signature.objects.filter(subject_id=act_id).count() == 1


def test_the_pin_is_never_checked_inside_the_acts_transaction():
    """Else a refused act would roll back the count of wrong entries."""
    with pytest.raises(RuntimeError), transaction.atomic():
        prove(WITNESS)


def test_a_proof_is_no_use_to_another_person_nor_later():
    proven = pins.verify(
        person_id=world.person(cast.WITNESS).pk, pin=cast.OTHER_PIN, by=access(cast.DISPENSER), now=world.NOW
    )

    def sign(signer: Access, minutes: int) -> Signature:
        return signatures.sign(
            proven=proven,
            signer=signer,
            meaning="witnessed",
            subject_kind="bottle.opened",
            subject_id=new_id(),
            digest=DIGEST,
            now=world.NOW + timedelta(minutes=minutes),
        )

    assert sign(access(cast.WITNESS), 5)
    with pytest.raises(signatures.ProofMismatch):
        sign(access(cast.DISPENSER), 0)
    with pytest.raises(signatures.ProofMismatch):
        sign(access(cast.WITNESS), 6)


def test_a_signature_on_paper_is_recorded_as_such():
    signature = signatures.record(
        person_id=world.person(cast.PHYSICIAN).pk,
        facility_id=site(),
        acting_as="physician",
        proof=Proof.PAPER,
        meaning="prescribed",
        subject_kind="prescription",
        subject_id=new_id(),
        digest=DIGEST,
        signed_at=world.NOW,
    )

    assert signature.proof == Proof.PAPER


def review(made: Attestation, member: cast.Member = cast.SITE_HEAD, pin: str = cast.PIN) -> Attestation:
    return attestations.review(
        attestation_id=made.pk, by=access(member), pin=pin, words="đã xem ảnh", now=world.NOW + timedelta(hours=2)
    )


@pytest.mark.parametrize("member", [cast.SITE_HEAD, cast.CLINIC_HEAD, cast.AREA_MANAGER], ids=lambda m: m.role)
def test_a_named_manager_reviews_what_was_done_alone(member: cast.Member):
    made = attest(Alone("một mình"))

    reviewed = review(made, member)

    assert (reviewed.mode, reviewed.second, reviewed.digest) == (Mode.REVIEW, world.person(member), made.digest)
    with pytest.raises(NotOpenForReview):
        review(made, cast.CLINIC_HEAD)


def test_what_was_witnessed_needs_no_review():
    with pytest.raises(NotOpenForReview):
        review(attest())


def test_who_did_it_alone_cannot_review_it():
    by = access(cast.SITE_HEAD)
    made = attestations.attest(
        act_kind="bottle.opened",
        act_id=new_id(),
        digest=DIGEST,
        facility_id=site(),
        actor=by,
        second=Alone("một mình"),
        now=world.NOW,
    )

    with pytest.raises(SamePerson):
        review(made)


@pytest.mark.parametrize(
    "member", [cast.SECOND_DISPENSER, cast.WITNESS, cast.PHYSICIAN, cast.AUDITOR], ids=lambda m: m.role
)
def test_a_review_needs_the_permission(member: cast.Member):
    with pytest.raises(NotEntitled):
        review(attest(Alone("một mình")), member, member.pin)


def test_a_review_needs_ones_own_pin():
    with pytest.raises(pins.WrongPin):
        review(attest(Alone("một mình")), pin=cast.OTHER_PIN)


def test_the_database_refuses_a_witness_who_is_the_actor():
    made = attest()
    made.pk, made.act_id, made.actor_id = new_id(), new_id(), made.second_id

    with pytest.raises(IntegrityError, match="staff_attestation_second_not_actor"):
        made.save(force_insert=True)


def test_the_database_refuses_an_invented_second_person():
    made = attest(Alone("một mình"))
    made.pk, made.act_id, made.second = new_id(), new_id(), world.person(cast.WITNESS)

    with pytest.raises(IntegrityError, match="staff_attestation_mode_fits"):
        made.save(force_insert=True)


def test_the_database_refuses_a_second_attestation_of_one_act():
    made = attest(Alone("một mình"))
    made.pk = new_id()

    with pytest.raises(IntegrityError, match="staff_attestation_one_at_once"):
        made.save(force_insert=True)


def form(**typed: str) -> SecondPersonForm:
    actor = access(cast.DISPENSER)
    people = seconds_at(facility_id=site(), now=world.NOW, besides=actor.person_id)
    return SecondPersonForm({f"second_{name}": value for name, value in typed.items()}, people=people)


def test_the_form_reads_somebody_present():
    typed = form(mode="present", username=cast.WITNESS.username, pin=cast.OTHER_PIN, reason="")

    assert typed.is_valid()
    assert typed.second_person() == WITNESS


def test_the_form_reads_that_nobody_is_there():
    typed = form(mode="alone", username="", pin="", reason="một mình")

    assert typed.is_valid()
    assert typed.second_person() == Alone("một mình")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"mode": "present", "username": "", "pin": "1"}, "second"),
        ({"mode": "present", "username": cast.DISPENSER.username, "pin": "1"}, "second"),
        ({"mode": "present", "username": cast.WITNESS.username, "pin": ""}, "pin"),
        ({"mode": "alone", "reason": " "}, "reason"),
        ({}, "second"),
    ],
)
def test_the_form_says_what_is_missing_where_it_is_missing(typed: dict[str, str], field: str):
    wrong = form(**typed)

    assert not wrong.is_valid()
    assert wrong.panel["errors"][field]
    assert "1" not in str({**wrong.panel, "people": ()})


def test_the_form_shows_a_services_refusal_at_its_field():
    typed = form(mode="present", username=cast.WITNESS.username, pin="000000")
    assert typed.is_valid()

    typed.refuse(pins.WrongPin(3))

    assert "Còn 3 lần" in typed.panel["errors"]["pin"]
    assert typed.panel["second"] == cast.WITNESS.username


def test_where_two_people_are_needed_being_alone_is_no_choice():
    typed = SecondPersonForm({"second_mode": "alone", "second_reason": "một mình"}, people=(), alone=False)

    assert not typed.is_valid()


def test_the_page_lists_acts_alone_by_age_and_says_which_are_late(django_assert_max_num_queries):
    kinds.register("bottle.opened", "Mở chai", address=lambda act_id: f"/inventory/acts/{act_id}/")
    for hours in (1, 80, 30):
        Attestation.objects.create(
            act_kind="bottle.opened",
            act_id=new_id(),
            digest=DIGEST,
            facility_id=site(),
            actor=world.person(cast.DISPENSER),
            mode=Mode.ALONE,
            reason=f"lý do {hours}",
            at=world.NOW - timedelta(hours=hours),
        )
    client = signed_in(cast.SITE_HEAD)
    client.get("/staff/me/")  # what a process keeps for a minute is asked once

    with django_assert_max_num_queries(5):
        page = client.get("/staff/unwitnessed/").content.decode()

    assert page.index("lý do 80") < page.index("lý do 30") < page.index("lý do 1<")
    assert "Mở chai" in page
    assert page.count("quá hạn") == 1


def test_a_review_on_the_page_takes_the_act_off_the_list():
    made = attest(Alone("một mình"))
    client = signed_in(cast.SITE_HEAD)
    address = f"/staff/unwitnessed/{made.pk}/"

    manager = access(cast.AREA_MANAGER)  # is led to the record only where it opens
    paths = (f"/inventory/acts/{made.act_id}/", "/dispensing/days/2026-11-24/", "")
    assert [may_open(manager, path) for path in paths] == [True, False, False]
    wrong = client.post(address, {"pin": "000000", "words": "gọi điện"})
    right = client.post(address, {"pin": cast.PIN, "words": "gọi điện"})

    assert wrong.status_code == 422
    assert "gọi điện" in wrong.content.decode()
    assert right["Location"] == "/staff/unwitnessed/"
    assert client.get(address).status_code == 404
    assert "Không có việc nào chờ xem lại" in client.get("/staff/unwitnessed/").content.decode()


def test_a_site_head_does_not_see_another_sites_acts_alone():
    made = Attestation.objects.create(
        act_kind="bottle.opened",
        act_id=new_id(),
        digest=DIGEST,
        facility=world.facility(cast.OTHER_SITE),
        actor=world.person(cast.OTHER_DISPENSER),
        mode=Mode.ALONE,
        reason="một mình ở nơi khác",
        at=world.NOW,
    )
    client = signed_in(cast.SITE_HEAD)

    assert "một mình ở nơi khác" not in client.get("/staff/unwitnessed/").content.decode()
    assert client.get(f"/staff/unwitnessed/{made.pk}/").status_code == 404


def test_ones_own_act_alone_is_shown_but_not_offered_for_review():
    made = Attestation.objects.create(
        act_kind="bottle.opened",
        act_id=new_id(),
        digest=DIGEST,
        facility_id=site(),
        actor=world.person(cast.SITE_HEAD),
        mode=Mode.ALONE,
        reason="một mình",
        at=world.NOW,
    )
    client = signed_in(cast.SITE_HEAD)

    assert "Đây là việc của chính bạn" in client.get(f"/staff/unwitnessed/{made.pk}/").content.decode()
    assert client.post(f"/staff/unwitnessed/{made.pk}/", {"pin": cast.PIN}).status_code == 422
