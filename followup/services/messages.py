"""Messages out of the product: made of what people have not read, sent from their rows, at least once.

A row is made once for each notice and channel; a try is written before it is made, and its number is taken by one
worker alone. A worker that dies in the middle of a try leaves it without an end, and the next try comes later.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from core.access import Access
from facilities.services import settings
from followup import words
from followup.models import Case, Message, MessageAttempt, MessageNotice, Notice, Task
from followup.rules import channels
from followup.rules.channels import Channel, ChannelSettings, Dropped, Unread
from followup.services.outlets import FAILURES, Outlet
from staff.models import Person

BATCH: Final = 1000
SENT_AT_ONCE: Final = 20
SENT_IN_ONE_RUN: Final = 400
LOOKED_BACK: Final = timedelta(days=3)
GO_OUT: Final = ("task", "case", "job")
_WISH: Final = {Channel.SMS: "wants_sms", Channel.EMAIL: "wants_email"}


@dataclass(frozen=True)
class Went:
    """What one run sent: gone, failed for now, and given up for good."""

    sent: int = 0
    failed: int = 0
    dropped: int = 0


def make(*, through: Collection[Channel], now: datetime) -> int:
    """Make the messages that are due by these channels; answers how many. Safe to run again and by two at once."""
    return sum(_make(channel, now) for channel in sorted(through))


def _make(channel: Channel, now: datetime) -> int:
    with transaction.atomic():
        unread = _without_message(channel, now)
        if not unread:
            return 0
        last = dict(
            Message.objects.filter(person_id__in=unread, channel=channel, dropped_at__isnull=True)
            .values("person_id")
            .annotate(last=Max("made_at"))
            .values_list("person_id", "last")
        )
        messages: list[Message] = []
        links: list[MessageNotice] = []
        for person_id, notices in unread.items():
            told = [_told(notice, now) for notice in notices]
            if not channels.goes_now(told, last_message_at=last.get(person_id), now=now):
                continue
            urgent = any(notice.urgent for notice in told)
            message = Message(person_id=person_id, channel=channel, urgent=urgent, made_at=now)
            messages.append(message)
            links += [MessageNotice(message=message, notice=notice, channel=channel) for notice in notices]
        Message.objects.bulk_create(messages)
        MessageNotice.objects.bulk_create(links)
    return len(messages)


def _without_message(channel: Channel, now: datetime) -> dict[int, list[Notice]]:
    """The unread notices that go out and have not gone by this channel, by person. The rows are locked first and looked
    at again after: whoever else was making messages of them has written them by then."""
    linked = MessageNotice.objects.filter(notice=OuterRef("pk"), channel=channel)
    candidates = list(
        Notice.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        .filter(
            **{f"person__{_WISH[channel]}": True},
            person__is_active=True,
            subject_kind__in=GO_OUT,
            read_at__isnull=True,
            made_at__gt=now - LOOKED_BACK,
            made_at__lte=now,
        )
        .exclude(Exists(linked))
        .order_by("made_at", "id")[:BATCH]
    )
    gone = set(
        MessageNotice.objects.filter(notice__in=candidates, channel=channel).values_list("notice_id", flat=True)
    ) | _over(candidates)
    found: dict[int, list[Notice]] = defaultdict(list)
    for notice in candidates:
        if notice.pk not in gone:
            found[notice.person_id].append(notice)
    return found


def _over(notices: Sequence[Notice]) -> set[UUID]:
    """Those whose task is done or whose case is concluded: nobody has to open anything."""
    subjects = {kind: {n.subject_id for n in notices if n.subject_kind == kind} for kind in ("task", "case")}
    over = set(Task.objects.filter(pk__in=subjects["task"], done_at__isnull=False).values_list("pk", flat=True))
    over |= set(Case.objects.filter(pk__in=subjects["case"], concluded_at__isnull=False).values_list("pk", flat=True))
    return {notice.pk for notice in notices if notice.subject_id in over}


def _told(notice: Notice, now: datetime) -> Unread:
    place = notice.facility_id
    rules = settings.for_facility(ChannelSettings, facility_id=place, at=now) if place else ChannelSettings()
    return Unread(
        urgent=words.is_urgent(notice.kind, notice.data), made_at=notice.made_at, zone=Access.zone, settings=rules
    )


def send(*, outlets: Mapping[Channel, Outlet], now: datetime) -> Went:
    """Send what waits, urgent first; what cannot go now waits for its next try. Nothing is sent in a transaction."""
    went = Went()
    while went.sent + went.failed < SENT_IN_ONE_RUN:
        taken, dropped = _take(outlets, now)
        went = Went(went.sent, went.failed, went.dropped + dropped)
        if not taken:
            if not dropped:
                break
            continue
        for attempt in taken:
            done = _try(attempt, outlets, now)
            went = Went(went.sent + done, went.failed + (not done), went.dropped)
    return went


def _take(outlets: Mapping[Channel, Outlet], now: datetime) -> tuple[list[MessageAttempt], int]:
    """Claim tries of waiting messages, each with its number; drop what no longer has to go, or no longer can."""
    with transaction.atomic():
        just_tried = MessageAttempt.objects.filter(message=OuterRef("pk"), at__gt=now - channels.FIRST_WAIT)
        waiting = list(
            Message.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .select_related("person")
            .filter(sent_at__isnull=True, dropped_at__isnull=True)
            .exclude(Exists(just_tried))
            .order_by("-urgent", "made_at", "id")[:BATCH]
        )
        tried: dict[UUID, tuple[int, datetime]] = {
            message_id: (number, at)
            for message_id, number, at in MessageAttempt.objects.filter(message__in=waiting)
            .values("message_id")
            .annotate(number=Max("number"), last=Max("at"))
            .values_list("message_id", "number", "last")
        }
        read = _all_read(waiting)
        dropped, taken = 0, []
        for message in waiting:
            number, at = tried.get(message.pk, (0, None))
            why = _why_not(message, number, read, outlets, now)
            if why is not None:
                Message.objects.filter(pk=message.pk).update(dropped_at=now, dropped_why=why)
                dropped += 1
            elif at is None or channels.next_try(number=number, at=at) <= now:
                taken.append(MessageAttempt(message=message, number=number + 1, at=now))
                if len(taken) == SENT_AT_ONCE:
                    break
        MessageAttempt.objects.bulk_create(taken)
    return taken, dropped


def _all_read(messages: Sequence[Message]) -> set[UUID]:
    """The messages of which nothing is unread any more."""
    unread = set(
        MessageNotice.objects.filter(message__in=messages, notice__read_at__isnull=True).values_list(
            "message_id", flat=True
        )
    )
    return {message.pk for message in messages} - unread


def _why_not(
    message: Message, number: int, read: Collection[UUID], outlets: Mapping[Channel, Outlet], now: datetime
) -> Dropped | None:
    channel = Channel(message.channel)
    if message.pk in read:
        return Dropped.READ
    if channel not in outlets or not message.person.is_active or not _address(message.person, channel):
        return Dropped.UNREACHABLE
    if number >= channels.TRIES:
        return Dropped.TRIES
    return Dropped.OLD if now - message.made_at > channels.OLDEST else None


def _address(person: Person, channel: Channel) -> str:
    if not getattr(person, _WISH[channel]):
        return ""
    return person.phone if channel is Channel.SMS else person.email


def _try(attempt: MessageAttempt, outlets: Mapping[Channel, Outlet], now: datetime) -> bool:
    message = attempt.message
    channel = Channel(message.channel)
    try:
        outlets[channel](to=_address(message.person, channel), message_id=message.pk)
    except FAILURES as error:
        MessageAttempt.objects.filter(pk=attempt.pk).update(error=type(error).__name__[:80])
        return False
    Message.objects.filter(pk=message.pk, sent_at__isnull=True, dropped_at__isnull=True).update(sent_at=now)
    return True
