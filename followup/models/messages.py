"""What goes out of the product to a person's telephone or letter box: "open Trạm", and nothing else."""

from django.db import models
from django.db.models import Q

from core.constraints import one_of, paired, positive
from core.ids import new_id
from core.tables import Kept
from followup.models.tasks import Notice
from followup.rules.channels import Channel, Dropped
from staff.models import Person


class Message(models.Model):
    """One message to one person by one channel. It has no text: every message says the same, and its address is the
    one that the person has when it goes. The rows are the queue: neither sent nor dropped is waiting.
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8)
    urgent = models.BooleanField()
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_why = models.CharField(max_length=12, null=True)  # noqa: DJ001  set once: null until it is dropped

    class Meta:
        constraints = [
            one_of("followup_message", "channel", Channel),
            one_of("followup_message", "dropped_why", Dropped),
            paired("followup_message", "dropped_at", "dropped_why"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(dropped_at__isnull=True), name="followup_message_one_end"
            ),
        ]
        indexes = [
            models.Index(
                fields=["made_at"],
                condition=Q(sent_at__isnull=True, dropped_at__isnull=True),
                name="followup_message_waiting",
            ),
            models.Index(fields=["person", "channel", "-made_at"], name="followup_message_latest"),
        ]


class MessageNotice(models.Model):
    """A message goes out because of this notice; by one channel each notice goes out once."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="notices")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8)

    class Meta:
        constraints = [
            one_of("followup_messagenotice", "channel", Channel),
            models.UniqueConstraint(fields=["notice", "channel"], name="followup_messagenotice_goes_once"),
        ]


class MessageAttempt(models.Model):
    """A try to send, written before it is made: its number is what one worker takes and no other. `error` is the class
    of what went wrong; none and the message not sent: the worker died in the middle, and it is tried again.
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    error = models.CharField(max_length=80, null=True)  # noqa: DJ001  set once: null until it fails

    class Meta:
        constraints = [
            positive("followup_messageattempt", "number"),
            models.UniqueConstraint(fields=["message", "number"], name="followup_messageattempt_taken_once"),
        ]
