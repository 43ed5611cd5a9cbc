"""What breaks the constraints of the messages that leave the product."""

from typing import Final

from followup.models import Message, MessageAttempt, MessageNotice, Notice
from tests import world
from tests.codebase.breaks import Break, copied
from tests.followup.hands import task


def message() -> None:
    """One message about one notice, tried once."""
    notice = Notice.objects.get(subject_id=task().pk)
    row = Message.objects.create(person_id=notice.person_id, channel="sms", urgent=False, made_at=world.NOW)
    MessageNotice.objects.create(message=row, notice=notice, channel="sms")
    MessageAttempt.objects.create(message=row, number=1, at=world.NOW)


BREAKS: Final = {
    "followup_message_channel_known": Break(copied("followup_message", channel="'pigeon'"), message),
    "followup_message_dropped_why_known": Break(
        copied("followup_message", dropped_at="made_at", dropped_why="'tired'"), message
    ),
    "followup_message_dropped_at_paired": Break(copied("followup_message", dropped_at="made_at"), message),
    "followup_message_one_end": Break(
        copied("followup_message", sent_at="made_at", dropped_at="made_at", dropped_why="'read'"), message
    ),
    "followup_messagenotice_channel_known": Break(copied("followup_messagenotice", channel="'pigeon'"), message),
    "followup_messagenotice_goes_once": Break(copied("followup_messagenotice"), message),
    "followup_messageattempt_number_check": Break(copied("followup_messageattempt", number="-1"), message),
    "followup_messageattempt_number_positive": Break(copied("followup_messageattempt", number="0"), message),
    "followup_messageattempt_taken_once": Break(copied("followup_messageattempt"), message),
}
