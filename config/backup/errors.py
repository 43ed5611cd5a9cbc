"""What may go wrong with a backup, told to the person at the terminal."""


class BackupError(Exception):
    """One sentence that says what is wrong and what to do; shown as it is, without a traceback."""
