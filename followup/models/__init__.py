"""Who must act on what by when: cases about facts that were wrong, tasks that wait, and notices that tell."""

from followup.models.cases import Case, CaseEvent
from followup.models.messages import Message, MessageAttempt, MessageNotice
from followup.models.tasks import Notice, Task, TaskEvent
from followup.rules.kinds import CaseKind, CaseStep
from followup.rules.tasks import TaskStep

__all__ = [
    "Case", "CaseEvent", "CaseKind", "CaseStep", "Message", "MessageAttempt", "MessageNotice", "Notice", "Task",
    "TaskEvent", "TaskStep",
]  # fmt: skip
