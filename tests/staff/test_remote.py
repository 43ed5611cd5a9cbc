"""The second person who is elsewhere: a code for one act, wrong entries, and what one may say of it later."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from core import shown
from core.access import Access
from core.digests import sha256_of
from core.ids import new_id
from core.models import AuditEvent
from followup.models import Case, CaseKind
from staff.forms import SecondPersonForm
from staff.models import Attestation, Mode, Objection, Person, Proof, RemoteCode
from staff.queries.people import seconds_at
from staff.services import attestations, objections, pins, remote
from staff.services.attestations import NotEntitled, Present, Remote, SamePerson, UnknownSecond
from staff.services.refusals import CodeLocked, CodeSpent, NoCode, WrongCode
from tests import cast, world
from tests.entrance import access, signed_in

pytestmark = pytest.mark.django_db

DIGEST = sha256_of({"act": "bottle opened"})
CALLED = cast.SITE_HEAD


def site() -> int:
    return world.facility(cast.SITE).pk


def issue(
    by: cast.Member = CALLED, *, to: cast.Member = cast.DISPENSER, pin: str | None = None, at=world.NOW, id_=None
) -> str:
    new = remote.NewCode(id_ or new_id(), site(), to.username, by.pin if pin is None else pin)
    return remote.issue(new=new, by=access(by), now=at).code


def other(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def prove(code: str, by: cast.Member = CALLED, *, actor: Access | None = None, at=world.NOW):
    second = Remote(by.username, code)
    return attestations.prove(second=second, actor=actor or access(cast.DISPENSER), facility_id=site(), now=at)


def attest(second, *, act_id: UUID | None = None, at=world.NOW) -> Attestation:
    return attestations.attest(
        act_kind="opening",
        act_id=act_id or new_id(),
        digest=DIGEST,
        facility_id=site(),
        actor=access(cast.DISPENSER),
        second=second,
        now=at,
    )


@pytest.mark.parametrize(
    "member", [cast.SITE_HEAD, cast.WITNESS, cast.CLINIC_HEAD, cast.CLINIC_PHYSICIAN, cast.AREA_MANAGER], ids=str
)
def test_a_code_read_over_the_phone_signs_exactly_that_act_in_that_persons_name(member: cast.Member):
    made = attest(prove(issue(member), member))

    signature = made.signature
    assert signature is not None
    assert (made.mode, made.second) == (Mode.REMOTE, world.person(member))
    assert (signature.proof, signature.person, signature.digest) == (Proof.CODE, made.second, DIGEST)
    code = RemoteCode.objects.get()
    assert (code.used_at, code.used_for, made.code) == (world.NOW, made.act_id, code)
    assert AuditEvent.objects.filter(action="attestation.remote", subject_id=made.act_id).exists()


def test_only_what_the_code_hashes_to_is_kept():
    code = issue()

    kept = RemoteCode.objects.get()
    assert code not in kept.code_hash
    assert kept.code_hash.startswith("argon2")
    assert code not in str(list(AuditEvent.objects.filter(action="remote_code.made").values()))


def test_a_code_serves_one_act_and_the_same_act_again():
    code, act_id = issue(), new_id()
    first = attest(prove(code), act_id=act_id)

    assert attest(prove(code), act_id=act_id) == first
    again = prove(code)
    with pytest.raises(CodeSpent), transaction.atomic():
        attest(again)
    assert Attestation.objects.filter(mode=Mode.REMOTE).count() == 1


def test_a_code_ends_after_ten_minutes():
    code = issue()

    assert prove(code, at=world.NOW + timedelta(minutes=10))
    with pytest.raises(NoCode):
        prove(code, at=world.NOW + timedelta(minutes=10, seconds=1))


def test_the_newest_code_counts_and_no_other():
    first = issue()
    second = issue(at=world.NOW + timedelta(seconds=1))

    if first != second:
        with pytest.raises(WrongCode):
            prove(first, at=world.NOW + timedelta(seconds=2))
    assert prove(second, at=world.NOW + timedelta(seconds=2))


def test_a_code_is_for_the_colleague_it_was_got_for():
    code = issue(to=cast.SECOND_DISPENSER)

    with pytest.raises(NoCode):
        prove(code)
    assert prove(code, actor=access(cast.SECOND_DISPENSER))


def test_wrong_entries_are_counted_and_end_the_code_even_for_the_right_one():
    code = issue()
    for left in (4, 3, 2, 1):
        with pytest.raises(WrongCode) as told:
            prove(other(code))
        assert told.value.tries_left == left
    with pytest.raises(CodeLocked):
        prove(other(code))

    with pytest.raises(CodeLocked):
        prove(code)
    assert AuditEvent.objects.filter(action="remote_code.locked").count() == 1
    assert prove(issue(at=world.NOW + timedelta(seconds=1)), at=world.NOW + timedelta(seconds=2))


def test_wrong_codes_leave_the_witnesses_own_pin_alone():
    code = issue()
    for _ in range(5):
        with pytest.raises(attestations.CodeRefused):
            prove(other(code))

    assert Person.objects.get(username=CALLED.username).pin_failures == 0


@pytest.mark.parametrize(
    ("by", "to", "refused"),
    [
        (cast.DISPENSER, cast.DISPENSER, SamePerson),
        (cast.SITE_HEAD, cast.OTHER_DISPENSER, UnknownSecond),
        (cast.SITE_HEAD, cast.COUNSELLOR, UnknownSecond),
        (cast.COUNSELLOR, cast.DISPENSER, PermissionDenied),
        (cast.OTHER_WITNESS, cast.DISPENSER, PermissionDenied),
        (cast.PROVINCE_MANAGER, cast.DISPENSER, PermissionDenied),
    ],
    ids=["oneself", "other site", "handles nothing", "no witness", "witness elsewhere", "province"],
)
def test_a_code_is_not_given_to_or_for_everybody(by: cast.Member, to: cast.Member, refused: type[Exception]):
    with pytest.raises(refused):
        issue(by, to=to)
    assert not RemoteCode.objects.exists()


def test_a_code_costs_the_witnesses_own_pin():
    with pytest.raises(pins.WrongPin):
        issue(pin="111111")
    assert not RemoteCode.objects.exists()


def test_the_form_sent_twice_shows_no_second_code():
    id_ = new_id()
    issue(id_=id_)

    with pytest.raises(remote.ShownAlready):
        issue(id_=id_)
    assert RemoteCode.objects.count() == 1


def test_a_manager_of_the_area_signs_from_elsewhere_but_not_beside_by_pin():
    with pytest.raises(NotEntitled):
        attestations.prove(
            second=Present(cast.AREA_MANAGER.username, cast.PIN),
            actor=access(cast.DISPENSER),
            facility_id=site(),
            now=world.NOW,
        )


def test_the_database_refuses_a_code_of_other_people():
    issue()
    code = RemoteCode.objects.get()
    made = attest(attestations.prove(
        second=Present(cast.WITNESS.username, cast.OTHER_PIN), actor=access(cast.DISPENSER), facility_id=site(),
        now=world.NOW,
    ))  # fmt: skip

    with pytest.raises(IntegrityError, match="code of an attestation"), transaction.atomic():
        Attestation.objects.create(
            act_kind="opening", act_id=new_id(), digest=DIGEST, facility_id=site(), actor_id=made.actor_id,
            mode=Mode.REMOTE, second_id=made.second_id, signature=None, code=code, at=world.NOW,
        )  # fmt: skip


def test_the_database_refuses_remote_without_a_code():
    with pytest.raises(IntegrityError, match="staff_attestation_mode_fits"), transaction.atomic():
        Attestation.objects.create(
            act_kind="opening", act_id=new_id(), digest=DIGEST, facility_id=site(),
            actor=world.person(cast.DISPENSER), mode=Mode.REMOTE, second=world.person(CALLED), at=world.NOW,
        )  # fmt: skip


# --- how long the second person had the page ---


def panel(**typed: str) -> SecondPersonForm:
    people = seconds_at(facility_id=site(), now=world.NOW, besides=world.person(cast.DISPENSER).pk)
    return SecondPersonForm({f"second_{name}": value for name, value in typed.items()}, people=people)


def test_how_long_the_second_person_had_the_page_is_kept():
    carried = shown.token(world.NOW - timedelta(seconds=14))
    form = panel(mode="present", username=cast.WITNESS.username, pin=cast.OTHER_PIN, shown=carried)

    assert form.is_valid()
    proven = attestations.prove(
        second=form.second_person(), actor=access(cast.DISPENSER), facility_id=site(), now=world.NOW
    )
    assert attest(proven).considered_ms == 14000


@pytest.mark.parametrize("carried", ["", "1790000000000", "1790000000000:stranger", shown.token(world.NOW) + "x"])
def test_a_moment_that_we_did_not_sign_is_unknown_and_stops_nothing(carried: str):
    form = panel(mode="present", username=cast.WITNESS.username, pin=cast.OTHER_PIN, shown=carried)

    assert form.is_valid()
    proven = attestations.prove(
        second=form.second_person(), actor=access(cast.DISPENSER), facility_id=site(), now=world.NOW
    )
    assert attest(proven).considered_ms is None


def test_the_panel_asks_for_who_reads_and_for_the_code():
    form = panel(mode="remote", remote="", code="")

    assert not form.is_valid()
    assert set(form.panel["errors"]) == {"remote", "code"}
    assert panel(mode="remote", remote=CALLED.username, code="123 456").is_valid()


def test_the_panel_says_a_wrong_code_at_the_code():
    form = panel(mode="remote", remote=CALLED.username, code="123456")
    assert form.is_valid()

    form.refuse(WrongCode(4))

    shown_again = form.panel
    assert (shown_again["mode"], shown_again["second"]) == ("remote", CALLED.username)
    assert "4" in shown_again["errors"]["code"]


def test_where_two_people_must_be_there_nobody_signs_from_elsewhere():
    people = seconds_at(facility_id=site(), now=world.NOW, besides=None)
    data = {"second_mode": "remote", "second_remote": CALLED.username, "second_code": "123456"}

    assert not SecondPersonForm(data, people=people, alone=False).is_valid()


# --- the witness's own page ---


def get_code(client, *, pin: str = cast.PIN, to: cast.Member = cast.DISPENSER, id_=None):
    data = {"facility": site(), "actor": to.username, "pin": pin, "id": id_ or new_id()}
    return client.post("/staff/witness/", data)


def test_the_page_shows_the_code_once_and_keeps_a_wrong_pin_s_form():
    client, id_ = signed_in(CALLED), new_id()

    refused = get_code(client, pin="111111", id_=id_)
    given = get_code(client, id_=id_)
    again = get_code(client, id_=id_)

    assert refused.status_code == 422
    assert cast.DISPENSER.username in refused.content.decode()
    assert given.status_code == 200
    assert "Đọc mã này cho Lò Thị Hoa" in given.content.decode()
    assert again.status_code == 302


def test_who_witnesses_several_places_chooses_first_and_only_their_own():
    client = signed_in(cast.CLINIC_HEAD)

    chosen = client.get("/staff/witness/", {"facility": site()}).content.decode()

    assert 'name="facility"' in client.get("/staff/witness/").content.decode()
    assert cast.DISPENSER.full_name in chosen
    assert signed_in(cast.OTHER_WITNESS).get("/staff/witness/", {"facility": site()}).status_code == 404


def test_the_witness_sees_what_was_signed_and_objects_once_with_a_case_for_the_site():
    made = attest(prove(issue()))
    client = signed_in(CALLED)

    page = client.get("/staff/witness/").content.decode()
    address = f"/staff/witness/{made.pk}/objection/"
    empty = client.post(address, {"words": " "})
    said = client.post(address, {"words": "chai khác, 0231"})
    client.post(address, {"words": "lần nữa"})

    assert address in page
    assert empty.status_code == 422
    assert said.status_code == 302
    assert [each.words for each in Objection.objects.all()] == ["chai khác, 0231"]
    case = Case.objects.get(kind=CaseKind.WITNESS_OBJECTS)
    assert (case.facility_id, case.subject_id) == (site(), made.pk)
    told = signed_in(cast.SITE_HEAD).get(f"/cases/{case.pk}/").content.decode()
    assert "chai khác, 0231" in told
    assert "đã báo không đúng" in client.get("/staff/witness/").content.decode()


def test_nobody_objects_in_another_persons_name():
    made = attest(prove(issue()))

    assert signed_in(cast.WITNESS).get(f"/staff/witness/{made.pk}/objection/").status_code == 404
    with pytest.raises(Attestation.DoesNotExist):
        objections.raise_objection(attestation_id=made.pk, words="x", by=access(cast.WITNESS), now=world.NOW)


def test_the_page_costs_the_same_for_any_number_signed(django_assert_max_num_queries):
    for second in range(20):
        at = world.NOW + timedelta(seconds=second)
        attest(prove(issue(at=at), at=at), at=at)
    client = signed_in(CALLED)
    client.get("/staff/witness/")

    with django_assert_max_num_queries(12):
        client.get("/staff/witness/")


def test_a_witness_comes_to_the_witness_page_and_sees_nothing_else():
    client = signed_in(cast.WITNESS)

    assert client.get("/").headers["Location"] == "/staff/witness/"
    page = client.get("/staff/witness/").content.decode()
    assert "/dispensing/" not in page
    assert "/inventory/" not in page
