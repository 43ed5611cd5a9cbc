"""Several workers at the messages at once, should the lock of their job ever fail."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from followup.models import Message, MessageAttempt, MessageNotice
from tests import cast
from tests.followup.test_messages import DAY_TIME, HOUR, Box, reachable, run, told

AT_ONCE = 4


@pytest.mark.slow
@pytest.mark.usefixtures("committed_db")
def test_four_at_once_make_and_send_each_message_once():
    for member in (cast.SITE_HEAD, cast.CLINIC_HEAD, cast.PHYSICIAN):
        told(reachable(member), at=DAY_TIME - 5 * HOUR)
    box, gate = Box(), Barrier(AT_ONCE)

    def one(_number: int) -> None:
        try:
            gate.wait(20)
            run(box, at=DAY_TIME)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, range(AT_ONCE)))
    run(box, at=DAY_TIME)

    assert Message.objects.count() == MessageNotice.objects.count() == MessageAttempt.objects.count() == 3
    assert len({message_id for _to, message_id in box.went}) == len(box.went) == 3
