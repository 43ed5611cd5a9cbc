"""How far a due time is away, in words that need no reckoning."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_HOURS_UP_TO = timedelta(hours=48)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def spoken(due_at: datetime, now: datetime) -> str:
    """ "quá hạn 5 giờ" or "còn 3 ngày": whole hours up to two days, then whole days."""
    away = abs(due_at - now)
    if away < _HOUR:
        return _("vừa quá hạn") if due_at < now else _("còn dưới 1 giờ")
    if away < _HOURS_UP_TO:
        count = away // _HOUR
        late = ngettext("quá hạn %(count)d giờ", "quá hạn %(count)d giờ", count)
        early = ngettext("còn %(count)d giờ", "còn %(count)d giờ", count)
    else:
        count = away // _DAY
        late = ngettext("quá hạn %(count)d ngày", "quá hạn %(count)d ngày", count)
        early = ngettext("còn %(count)d ngày", "còn %(count)d ngày", count)
    return (late if due_at < now else early) % {"count": count}
