"""Django's PostgreSQL, except that looking whether a kept connection still stands asks the server nothing."""

import select

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus


class DatabaseWrapper(base.DatabaseWrapper):
    """What ENGINE names as core.postgres."""

    def is_usable(self) -> bool:
        """Whether the kept connection still stands; Django asks before the first statement of every request.

        A server that has ended, or ended this connection, has closed its side: then there is something to read. Idle
        with nothing to read is how the last request left it. Anything else is asked the long way, with a statement.
        """
        return self._as_it_was_left() or super().is_usable()

    def _as_it_was_left(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        if self.connection.info.transaction_status != TransactionStatus.IDLE:
            return False
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return not waiting.poll(0)
