"""Django's sessions in the database, read in plain SQL.

Every request of a signed-in person begins with this read. Composed by the ORM it takes ten times as long as PostgreSQL
takes to answer it (docs/performance.md). Table, writing and expiry stay Django's.
"""

from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

_SQL = "SELECT session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """What SESSION_ENGINE names."""

    def _get_session_from_db(self) -> Any:
        """The stored session, or None where there is none that still lasts; its key is forgotten then, as in Django."""
        with connection.cursor() as cursor:
            cursor.execute(_SQL, [self.session_key, timezone.now()])
            found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return None
        return self.model(session_key=self.session_key or "", session_data=found[0], expire_date=found[1])
