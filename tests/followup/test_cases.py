"""Opening, noting, handing on and concluding cases."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.digests import sha256_of
from core.ids import new_id
from core.models import AuditEvent
from facilities.services import settings
from followup.models import Case, CaseEvent, CaseKind, CaseStep
from followup.queries import cases as case_queries
from followup.rules.kinds import DUE_HOURS, KIND_WORDS, WORST_FIRST
from followup.rules.settings import CaseSettings
from followup.services import cases
from followup.services.cases import Finding
from staff.models import Attestation, Mode, Signature
from staff.services.attestations import Alone, NotEntitled, Present, SamePerson, UnknownSecond
from tests import cast, world
from tests.entrance import access
from tests.followup.hands import ALREADY, opened

pytestmark = pytest.mark.django_db
NOW = world.NOW


def test_open_case_belongs_to_the_head_of_the_site_and_starts_its_timeline():
    case = opened()

    assert case.owner_id == world.person(cast.SITE_HEAD).pk
    assert case.opened_at == NOW
    assert case.findings == ALREADY
    (event,) = CaseEvent.objects.filter(case=case)
    assert (event.step, event.by_id, event.to_id) == (CaseStep.OPENED, case.opened_by_id, case.owner_id)
    audited = AuditEvent.objects.get(action="case.opened")
    assert (audited.subject_id, audited.facility_id) == (str(case.pk), case.facility_id)


@pytest.mark.parametrize("kind", list(CaseKind))
def test_open_case_is_due_by_the_setting_of_its_kind(kind: CaseKind):
    case = opened(kind=kind)

    assert case.due_at - NOW == timedelta(hours=getattr(CaseSettings(), DUE_HOURS[kind]))


def test_every_kind_has_words_and_a_place_among_the_worst():
    assert set(KIND_WORDS) == set(WORST_FIRST) == set(DUE_HOURS) == set(CaseKind)


@pytest.fixture
def settings_of_this_test():
    """Rows that are rolled back must not outlive the test in the process's memory."""
    yield
    settings.forget()


@pytest.mark.usefixtures("settings_of_this_test")
def test_open_case_is_due_by_the_facilitys_own_setting():
    by = access(cast.PROVINCE_MANAGER)
    settings.change(
        key="CaseSettings.dose_finding_due_hours", value=6, scope=world.facility(cast.SITE), by=by,
        effective_from=NOW - timedelta(hours=1), source="tỉnh", now=NOW - timedelta(hours=2),
    )  # fmt: skip

    assert opened().due_at == NOW + timedelta(hours=6)


def test_open_case_again_answers_the_open_one_and_writes_nothing():
    first = opened()
    rows = (CaseEvent.objects.count(), AuditEvent.objects.count())

    again = opened(subject_id=first.subject_id, now=NOW + timedelta(hours=1))

    assert again.pk == first.pk
    assert again.opened_at == first.opened_at
    assert (CaseEvent.objects.count(), AuditEvent.objects.count()) == rows


def test_open_case_of_another_kind_or_fact_is_another_case():
    first = opened()

    assert opened(subject_id=first.subject_id, kind=CaseKind.WRONG_DOSE).pk != first.pk
    assert opened().pk != first.pk


def test_open_case_takes_three_statements():
    settings.for_facility(CaseSettings, facility_id=world.facility(cast.SITE).pk, at=NOW)
    by, facility_id = access(cast.DISPENSER), world.facility(cast.SITE).pk

    with CaptureQueriesContext(connection) as queries:
        cases.open_case(
            kind=CaseKind.DOSE_FINDING, facility_id=facility_id, subject_kind="dose", subject_id=new_id(),
            patient_id=None, findings=ALREADY, by=by, now=NOW,
        )  # fmt: skip

    assert len(queries) == 3, [query["sql"][:80] for query in queries]


def test_open_cases_many_takes_as_few_statements_and_keeps_the_order_asked():
    known = opened()
    findings = [
        Finding(CaseKind.DOSE_FINDING, known.facility_id, "dose", new_id(), NOW - timedelta(days=day % 60))
        for day in range(500)
    ]
    findings[7] = Finding(CaseKind.DOSE_FINDING, known.facility_id, "dose", known.subject_id, NOW)
    findings[9] = findings[8]
    by = access(cast.DISPENSER)

    with CaptureQueriesContext(connection) as queries:
        made = cases.open_cases_many(findings, by=by)

    assert len(queries) <= 5
    assert [case.subject_id for case in made] == [finding.subject_id for finding in findings]
    assert made[7].pk == known.pk
    assert made[8].pk == made[9].pk
    assert made[30].opened_at == NOW - timedelta(days=30)
    assert CaseEvent.objects.count() == AuditEvent.objects.filter(action="case.opened").count() == 499


def test_open_cases_many_of_nothing_is_nothing():
    assert cases.open_cases_many([], by=access(cast.DISPENSER)) == []


def test_note_adds_a_line_with_its_audit_row():
    case = opened()

    event = cases.note(case_id=case.pk, words="  Đã gọi cho bác sĩ. ", by=access(cast.DISPENSER), now=NOW)

    assert event.words == "Đã gọi cho bác sĩ."
    assert AuditEvent.objects.get(action="case.note").detail == {}


def test_note_without_words_is_refused():
    with pytest.raises(cases.NoWords):
        cases.note(case_id=opened().pk, words="  ", by=access(cast.DISPENSER), now=NOW)


def test_note_of_another_site_is_not_found():
    with pytest.raises(Case.DoesNotExist):
        cases.note(case_id=opened().pk, words="x", by=access(cast.OTHER_DISPENSER), now=NOW)


def test_hand_on_gives_the_case_to_who_may_see_it():
    case, heir = opened(), world.person(cast.PHARMACIST)

    handed = cases.hand_on(case_id=case.pk, to_id=heir.pk, words="nhờ anh", by=access(cast.SITE_HEAD), now=NOW)

    assert (handed.owner_id, handed.due_at) == (heir.pk, case.due_at)
    event = CaseEvent.objects.get(case=case, step=CaseStep.HANDED_ON)
    assert (event.to_id, event.words) == (heir.pk, "nhờ anh")


@pytest.mark.parametrize("member", [cast.OTHER_DISPENSER, cast.WITNESS, cast.COUNSELLOR, cast.SYSTEM_ADMINISTRATOR])
def test_hand_on_to_who_may_not_see_it_is_refused(member: cast.Member):
    case = opened()

    with pytest.raises(cases.NotTheirs):
        cases.hand_on(
            case_id=case.pk, to_id=world.person(member).pk, words="", by=access(cast.SITE_HEAD), now=NOW
        )  # fmt: skip

    case.refresh_from_db()
    assert case.owner_id == world.person(cast.SITE_HEAD).pk


def test_conclude_signs_the_case_and_its_words():
    case = opened()

    done = cases.conclude(
        case_id=case.pk, words="Ghi nhầm, đã hủy bản ghi.", pin=cast.PIN, by=access(cast.SITE_HEAD), now=NOW
    )  # fmt: skip

    signature = Signature.objects.get(pk=done.conclusion_id)
    assert signature.digest == sha256_of(cases.document(case, "Ghi nhầm, đã hủy bản ghi."))
    assert (signature.subject_id, signature.meaning) == (case.pk, "concluded")
    assert done.concluded_at == NOW
    assert CaseEvent.objects.get(case=case, step=CaseStep.CONCLUDED).words == "Ghi nhầm, đã hủy bản ghi."
    assert not Attestation.objects.filter(act_id=case.pk).exists()


def test_conclude_with_a_wrong_pin_changes_nothing():
    case = opened()

    with pytest.raises(cases.OwnPinRefused):
        cases.conclude(case_id=case.pk, words="x", pin="000000", by=access(cast.SITE_HEAD), now=NOW)

    case.refresh_from_db()
    assert case.concluded_at is None
    assert AuditEvent.objects.filter(action="pin.wrong").exists()


def test_conclude_is_for_the_owner_and_for_who_concludes_at_the_facility():
    case = opened()
    with pytest.raises(cases.NotYours):
        cases.conclude(case_id=case.pk, words="x", pin=cast.PIN, by=access(cast.PHARMACIST), now=NOW)

    pharmacist = world.person(cast.PHARMACIST).pk
    cases.hand_on(case_id=case.pk, to_id=pharmacist, words="", by=access(cast.SITE_HEAD), now=NOW)
    cases.conclude(case_id=case.pk, words="x", pin=cast.PIN, by=access(cast.PHARMACIST), now=NOW)

    other = opened()
    cases.conclude(case_id=other.pk, words="x", pin=cast.PIN, by=access(cast.CLINIC_HEAD), now=NOW)


def test_conclude_by_an_area_manager_who_only_sees_is_refused():
    with pytest.raises(cases.NotYours):
        cases.conclude(case_id=opened().pk, words="x", pin=cast.PIN, by=access(cast.AREA_MANAGER), now=NOW)


def test_concluded_case_takes_no_more_and_the_same_finding_opens_a_new_one():
    case, head = opened(), access(cast.SITE_HEAD)
    cases.conclude(case_id=case.pk, words="x", pin=cast.PIN, by=head, now=NOW)

    with pytest.raises(cases.AlreadyConcluded):
        cases.conclude(case_id=case.pk, words="y", pin=cast.PIN, by=head, now=NOW)
    with pytest.raises(cases.AlreadyConcluded):
        cases.note(case_id=case.pk, words="y", by=head, now=NOW)
    with pytest.raises(cases.AlreadyConcluded):
        cases.hand_on(case_id=case.pk, to_id=case.owner_id, words="", by=head, now=NOW)
    assert opened(subject_id=case.subject_id).pk != case.pk


@pytest.mark.parametrize(
    ("second", "refusal"),
    [
        (None, UnknownSecond),
        (Alone("một mình"), UnknownSecond),
        (Present(cast.SITE_HEAD.username, cast.PIN), SamePerson),
        (Present(cast.OTHER_WITNESS.username, cast.OTHER_PIN), NotEntitled),
    ],
)
def test_conclude_a_difference_in_stock_without_a_second_person_is_refused(second: object, refusal: type[Exception]):
    case = opened(kind=CaseKind.UNRECONCILED_STOCK)

    with pytest.raises(refusal):
        cases.conclude(
            case_id=case.pk, words="x", pin=cast.PIN, by=access(cast.SITE_HEAD), now=NOW, second=second
        )  # fmt: skip

    case.refresh_from_db()
    assert case.concluded_at is None


def test_conclude_a_difference_in_stock_with_a_witness_binds_both_to_the_same_words():
    case = opened(kind=CaseKind.UNRECONCILED_STOCK)
    witness = Present(cast.WITNESS.username, cast.OTHER_PIN)

    done = cases.conclude(
        case_id=case.pk, words="Đã đo lại.", pin=cast.PIN, by=access(cast.SITE_HEAD), now=NOW, second=witness
    )  # fmt: skip

    attested = Attestation.objects.get(act_id=case.pk)
    assert (attested.mode, attested.second_id) == (Mode.PRESENT, world.person(cast.WITNESS).pk)
    assert attested.digest == Signature.objects.get(pk=done.conclusion_id).digest


def test_counts_by_facility_tell_open_from_overdue_in_one_statement():
    opened(now=NOW - timedelta(days=3))
    opened()
    opened(at=cast.OTHER_SITE)
    ids = [world.facility(cast.SITE).pk, world.facility(cast.OTHER_SITE).pk, world.facility(cast.MAIN_CLINIC).pk]

    with CaptureQueriesContext(connection) as queries:
        counts = case_queries.counts_by_facility(ids, now=NOW)

    assert len(queries) == 1
    assert counts == {ids[0]: case_queries.Counts(2, 1), ids[1]: case_queries.Counts(1, 0)}
    assert case_queries.count_open(facility_id=ids[0]) == 2
    assert case_queries.count_open(facility_id=None) == 0


def test_open_cases_put_overdue_first_then_the_gravest_then_the_soonest_due():
    late_yield = opened(kind=CaseKind.BOTTLE_YIELD, now=NOW - timedelta(days=9))
    late_double = opened(kind=CaseKind.CONFLICTING_DOSE, now=NOW - timedelta(days=3))
    finding = opened()
    wrong = opened(kind=CaseKind.WRONG_DOSE)
    earlier_finding = opened(now=NOW - timedelta(hours=5))

    listed = case_queries.open_cases(access=access(cast.SITE_HEAD), whose=case_queries.Whose.MINE, now=NOW)

    assert [row.id for row in listed.rows] == [
        case.pk for case in (late_double, late_yield, wrong, earlier_finding, finding)
    ]
    assert [row.overdue for row in listed.rows] == [True, True, False, False, False]


def test_open_case_keeps_instants_to_the_microsecond():
    moment = datetime(2026, 11, 24, 1, 2, 3, 456_789, tzinfo=UTC)

    case = opened(now=moment)

    assert Case.objects.get(pk=case.pk).opened_at == moment
