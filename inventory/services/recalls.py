"""A lot is called back: one act of a main clinic or the province, carried out at every facility in its own chain.

No transaction appends to two chains: the recall is kept first, then each facility is done by itself; what failed is
finished by a job, and what arrives later goes into quarantine on arrival.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from core.digests import sha256_of
from core.ids import new_id
from facilities.models import Facility
from followup.services import notices, tasks
from followup.services.notices import Telling
from followup.services.tasks import NewTask
from inventory.models import AccountKind, ActKind, Balance, Lot, Recall, RecallAct, RecallAnswer
from inventory.queries import recalls as queries
from inventory.queries.recalls import recalled
from inventory.rules.kinds import Reason
from inventory.rules.violations import Code, Level, Violation
from inventory.services import acts, leaving, ledger
from inventory.services.acts import OtherContent, StockAct, StockRefused
from inventory.services.bottles import OwnPinRefused
from inventory.services.withdrawals import lock_bottles
from staff.queries.people import with_permission
from staff.services import pins, signatures

TASK: Final = "recall_apart"
NOTICE: Final = "recall_look"
SUBJECT: Final = "recall"
USABLE: Final = (AccountKind.STORAGE, AccountKind.DISPENSING, AccountKind.OPENED)
_HOURS: Final = 24  # within which a site confirms that the bottles are sealed and set apart


@dataclass(frozen=True)
class Recalling:
    """Which lot, on whose paper, why."""

    id: UUID
    lot_id: int
    authority: str
    paper_number: str
    reason: str
    own_pin: str = field(repr=False)

    @property
    def columns(self) -> dict[str, Any]:
        return {
            "lot_id": self.lot_id,
            "authority": self.authority.strip(),
            "paper_number": self.paper_number.strip(),
            "reason": self.reason.strip(),
        }


def declare(*, command: Recalling, by: Access, now: datetime) -> Recall:
    """Call a lot back and set apart what every facility holds of it, opened bottles included.

    What a facility could not do now the job `finish_recalls` does. Raises StockRefused where something is not said or
    the lot is called back already, OwnPinRefused, OtherContent, PermissionDenied.
    """
    acts.authorise(by, Permission.RECALL_LOT)
    try:
        own = pins.verify(person_id=by.actor_id, pin=command.own_pin, by=by, now=now)
    except pins.PinRefused as refused:
        raise OwnPinRefused(refused.sentence) from refused
    with transaction.atomic():
        recall = _keep(command, by, now)
        if recall is None:
            recall = Recall.objects.get(pk=command.id)
        else:
            signatures.sign(
                proven=own, signer=by, meaning="recalled", subject_kind=SUBJECT, subject_id=recall.pk,
                digest=sha256_of({"document": SUBJECT, "id": recall.pk, **command.columns}), now=now,
            )  # fmt: skip
            audit.record(action="stock.recall", by=by, now=now, subject_kind=SUBJECT, subject_id=recall.pk)
            _tell_the_rest(recall, now)
    _everywhere(recall, by=by, now=now)
    return recall


def _keep(command: Recalling, by: Access, now: datetime) -> Recall | None:
    """The new row; None where this very recall is kept already."""
    Lot.objects.get(pk=command.lot_id)
    with connection.cursor() as cursor:  # two who call one lot back at once wait here: lots themselves are append-only
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"recall {command.lot_id}"])
    earlier = Recall.objects.filter(pk=command.id).first()
    if earlier is not None:
        same = {"declared_by_id": by.actor_id, **command.columns}
        if any(getattr(earlier, name) != value for name, value in same.items()):
            raise OtherContent
        return None
    found: list[Violation] = []
    if recalled([command.lot_id]):
        words = _("Lô này đã có quyết định thu hồi.")
        found.append(Violation(Code.RECALLED_ALREADY, Level.STOP, words, field="lot"))
    for name in ("authority", "paper_number", "reason"):
        if not command.columns[name]:
            found.append(Violation(Code.WORDS_NEEDED, Level.ASK, _("Ghi rõ."), field=name))
    if found:
        raise StockRefused(tuple(found))
    return Recall.objects.create(
        id=command.id, facility_id=by.facility_id or 0, declared_by_id=by.actor_id, declared_at=now, **command.columns
    )


def waiting(recall: Recall) -> list[int]:
    """The facilities that hold some of the lot where it could be used. One statement."""
    rows = Balance.objects.filter(
        lot_id=recall.lot_id, quantity__gt=0, account__kind__in=[str(kind) for kind in USABLE]
    )
    return sorted(set(rows.values_list("account__facility_id", flat=True)))


def _everywhere(recall: Recall, *, by: Access, now: datetime) -> int:
    """Every facility by itself: one that fails leaves the others done, and waits for the job."""
    done = 0
    for facility_id in waiting(recall):
        try:
            done += carry_out(recall=recall, facility_id=facility_id, by=by, now=now) is not None
        except (StockRefused, DatabaseError):
            audit.record(
                action="stock.recall_waits", by=by, now=now, subject_kind=SUBJECT, subject_id=recall.pk,
                facility_id=facility_id,
            )  # fmt: skip
    return done


def _tell_the_rest(recall: Recall, now: datetime) -> None:
    """Every place whose book has nothing of the lot is told once, so that it looks and says so. No case, no task."""
    holding = set(waiting(recall))
    places = queries.asked(recall).exclude(pk__in=holding).order_by("-kind", "pk")  # a clinic last: its word stays
    notices.tell(
        [
            Telling(
                person_id=person.pk,
                kind=NOTICE,
                key=f"{NOTICE}:{recall.pk}",
                subject_kind=SUBJECT,
                subject_id=recall.pk,
                facility_id=place.pk,
                data={"lot": recall.lot.number},
            )
            for place in places
            for person in with_permission(Permission.HANDLE_STOCK, facility_id=place.pk, now=now)
        ],
        now=now,
    )


def answer_none(*, recall_id: UUID, by: Access, now: datetime) -> RecallAnswer:
    """Somebody at a place whose book has nothing of the lot has looked: there is nothing. Said once a place.

    Raises StockRefused where the book has some of it here, PermissionDenied, Recall.DoesNotExist.
    """
    acts.authorise(by, Permission.HANDLE_STOCK)
    here = by.facility_id or 0
    recall = queries.get_recall(recall_id, access=by).row
    with transaction.atomic():
        ledger.lock(facility_id=here)
        earlier = RecallAnswer.objects.filter(recall=recall, facility_id=here).first()
        if earlier is not None:
            return earlier
        if queries.holds_some(recall.lot_id, facility_id=here):
            words = _("Sổ của cơ sở còn chai của lô này.")
            todo = _("Niêm phong, để riêng, rồi báo ở việc cần làm.")
            raise StockRefused((Violation(Code.OTHER_CONTENT, Level.STOP, words, todo),))
        row = RecallAnswer.objects.create(
            id=uuid5(recall.pk, str(here)), recall=recall, facility_id=here, answered_by_id=by.actor_id, answered_at=now
        )
        audit.record(action="stock.recall_none", by=by, now=now, subject_kind=SUBJECT, subject_id=recall.pk)
        return row


def carry_out(*, recall: Recall, facility_id: int, by: Access, now: datetime) -> RecallAct | None:
    """Set apart what one facility holds of the lot: one act of its chain, in the name of who declared the recall.

    None where nothing is left to set apart: safe to run again and by two at once, who meet at the chain head.
    """
    place = Facility.objects.get(pk=facility_id)
    there = replace(by, facility_id=facility_id, facility_name=place.name, zone=place.zone)
    stated = {"recall": recall.pk, "lot": recall.lot.number, "paper": recall.paper_number, "reason": recall.reason}
    act = StockAct(id=new_id(), kind=ActKind.RECALL, by=there, now=now, stated=stated)
    usable = Balance.objects.filter(
        lot_id=recall.lot_id, quantity__gt=0, account__facility_id=facility_id,
        account__kind__in=[str(kind) for kind in USABLE],
    )  # fmt: skip
    with acts.booking(act):
        lock_bottles(sorted(pk for pk in usable.values_list("bottle_id", flat=True) if pk))
        ledger.lock(facility_id=facility_id)
        held = list(usable.select_related("account").order_by("pk"))
        if not held:
            return None
        places = leaving.Places(facility_id)
        moves = [
            move
            for row in held
            for move in places.moves(
                row.account.item_id, row.lot_id, row.bottle_id,
                [(row.quantity, AccountKind(row.account.kind), AccountKind.QUARANTINE, Reason.RECALLED)],
            )
        ]  # fmt: skip
        acts.book(act, moves=moves, second=None)
        row = RecallAct.objects.create(
            act_id=act.id,
            recall=recall,
            facility_id=facility_id,
            bottles=sum(each.bottle_id is not None for each in held),
            quantity=sum(each.quantity for each in held),
            done_at=now,
        )
        _tell(recall, row, there, now)
        return row


def _tell(recall: Recall, row: RecallAct, by: Access, now: datetime) -> None:
    """The facility is told at once, as a task: seal the bottles, set them apart, say that it is done."""
    wanted = NewTask(
        kind=TASK,
        facility_id=row.facility_id,
        subject_kind=queries.ACT,
        subject_id=row.pk,
        due_at=now + timedelta(hours=_HOURS),
        data={"lot": recall.lot.number, "bottles": row.bottles},
    )
    tasks.open_tasks([wanted], by=by, now=now)


def finish(*, now: datetime) -> int:
    """Carry out every recall where something of its lot is still in use; answers how many acts it took. Runs again."""
    done = 0
    for recall in Recall.objects.select_related("declared_by", "lot").order_by("declared_at", "pk"):
        by = Access(person_id=recall.declared_by_id, label=recall.declared_by.initials)
        done += _everywhere(recall, by=by, now=now)
    return done
