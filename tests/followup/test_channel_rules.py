"""When a message is due: by day, after its pause, and urgent ones at once."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from followup.rules import channels
from followup.rules.channels import ChannelSettings, Unread, goes_now
from tests import world

MINUTE = timedelta(minutes=1)
RULES = st.builds(
    ChannelSettings,
    unread_hours=st.integers(1, 48), digest_minutes=st.integers(30, 1440), urgent_gap_minutes=st.integers(0, 60),
    quiet_from_hour=st.integers(17, 23), quiet_until_hour=st.integers(4, 9), urgent_at_night=st.booleans(),
)  # fmt: skip


@given(RULES, st.booleans(), st.integers(0, 3000), st.integers(0, 3000) | st.none(), st.integers(0, 1439))
def test_what_goes_is_due_and_never_a_wall(
    rules: ChannelSettings, urgent: bool, made_ago: int, last_ago: int | None, minute: int
):
    now = world.NOW.replace(hour=0, minute=0) + minute * MINUTE
    unread = Unread(urgent, now - made_ago * MINUTE, "Asia/Ho_Chi_Minh", rules)
    last = None if last_ago is None else now - last_ago * MINUTE

    went = goes_now([unread], last_message_at=last, now=now)

    hour = minute // 60
    by_day = rules.quiet_until_hour <= hour < rules.quiet_from_hour
    pause = rules.urgent_gap_minutes if urgent else rules.digest_minutes
    paused = last_ago is not None and last_ago < pause
    awaited = urgent or made_ago >= rules.unread_hours * 60
    assert went is (awaited and not paused and (by_day or (urgent and rules.urgent_at_night)))


def test_the_waits_between_tries_end_within_the_life_of_a_message():
    moment = world.NOW
    for number in range(1, channels.TRIES + 1):
        later = channels.next_try(number=number, at=moment)
        assert channels.FIRST_WAIT <= later - moment <= channels.LONGEST_WAIT
        moment = later
    assert moment - world.NOW < channels.OLDEST
