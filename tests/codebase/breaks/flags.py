"""What breaks the constraints of flags, contacts, announced absences, cut-off sites and confirmed drop-outs."""

from typing import Final

from core.ids import new_id
from dispensing.models import DropOut, Flag
from dispensing.services import drop_outs
from dispensing.services.drop_outs import NewDropOut
from tests import cast, world
from tests.codebase.breaks import Break, copied
from tests.dispensing import morning, staying_away


def flag() -> None:
    """One that stands, of a run and of a pattern."""
    staying_away.refresh(staying_away.patient("MDMDMDDMMM"))


def attempt() -> None:
    staying_away.tried(staying_away.patient("DDMM"))


def absence() -> None:
    staying_away.announced(staying_away.patient("DD"))


def cut_off() -> None:
    staying_away.cut_off()


def drop_out() -> None:
    one = staying_away.patient("D" + 31 * "M")
    staying_away.refresh(one)
    command = NewDropOut(new_id(), one.pk, "đã tìm", cast.PIN)
    drop_outs.confirm(command=command, by=morning.access(cast.SITE_HEAD), now=world.NOW)
    assert DropOut.objects.exists()
    assert Flag.objects.exists()


def _flag(**changes: str) -> str:
    """A missed flag once more, which stands no longer."""
    gone = {"cleared_at": "raised_at", "cleared_why": "'came_back'"}
    return copied("dispensing_flag", "kind = 'missed'", **gone | changes)


def _attempt(**changes: str) -> str:
    return copied("dispensing_contactattempt", **changes)


def _absence(**changes: str) -> str:
    later = {"from_day": "until_day + 1", "until_day": "until_day + 2"}
    return copied("dispensing_absence", **later | changes)


def _cut_off(**changes: str) -> str:
    later = {"from_day": "until_day + 1", "until_day": "until_day + 3"}
    return copied("dispensing_cutoff", **later | changes)


BREAKS: Final = {
    "dispensing_flag_kind_known": Break(_flag(kind="'mood'", level="'alert'"), flag),
    "dispensing_flag_level_known": Break(_flag(level="'worst'"), flag),
    "dispensing_flag_cleared_why_known": Break(_flag(cleared_why="'bored'"), flag),
    "dispensing_flag_cleared_at_paired": Break(_flag(cleared_why="NULL"), flag),
    "dispensing_flag_cleared_at_after_raised_at": Break(_flag(cleared_at="raised_at - interval '1 minute'"), flag),
    "dispensing_flag_level_fits": Break(_flag(level="'alert'"), flag),
    "dispensing_flag_open_once": Break(_flag(cleared_at="NULL", cleared_why="NULL"), flag),
    "dispensing_contactattempt_how_known": Break(_attempt(how="'pigeon'"), attempt),
    "dispensing_contactattempt_result_known": Break(_attempt(result="'lost'"), attempt),
    "dispensing_contactattempt_not_ahead": Break(_attempt(at="recorded_at + interval '1 minute'"), attempt),
    "dispensing_contactattempt_other_says_what": Break(_attempt(result="'other'", words="''"), attempt),
    "dispensing_absence_reason_known": Break(_absence(reason="'mood'"), absence),
    "dispensing_absence_told_by_known": Break(_absence(told_by="'rumour'"), absence),
    "dispensing_absence_until_day_after_from_day": Break(_absence(until_day="until_day"), absence),
    "dispensing_absence_cancelled_at_paired": Break(_absence(cancelled_at="recorded_at"), absence),
    "dispensing_absence_one_a_day": Break(_absence(from_day="until_day"), absence),
    "dispensing_cutoff_kind_known": Break(_cut_off(kind="'slow'"), cut_off),
    "dispensing_cutoff_cause_known": Break(_cut_off(cause="'mood'"), cut_off),
    "dispensing_cutoff_until_day_after_from_day": Break(_cut_off(until_day="until_day"), cut_off),
    "dispensing_cutoff_ended_on_paired": Break(_cut_off(ended_on="until_day + 1"), cut_off),
    "dispensing_cutoff_ended_early": Break(
        _cut_off(ended_on="until_day + 3", ended_at="recorded_at", ended_by_id="recorded_by_id"), cut_off
    ),
    "dispensing_cutoff_other_says_what": Break(_cut_off(cause="'other'", words="''"), cut_off),
    "dispensing_cutoff_one_a_day": Break(_cut_off(from_day="until_day"), cut_off),
    "dispensing_dropout_says_why": Break(
        copied("dispensing_dropout", words="''", **{"status_change_id": "gen_random_uuid()"}), drop_out
    ),
    "dispensing_dropout_digest_whole": Break(
        copied("dispensing_dropout", digest="repeat('0', 63)", **{"status_change_id": "gen_random_uuid()"}), drop_out
    ),
    "dispensing_dropout_status_change_id_key": Break(
        copied("dispensing_dropout", signature_id="gen_random_uuid()"), drop_out
    ),
    "dispensing_dropout_signature_id_key": Break(
        copied("dispensing_dropout", status_change_id="gen_random_uuid()"), drop_out
    ),
}
