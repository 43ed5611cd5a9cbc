"""What may go wrong while servers are set up, told to the person at the terminal."""


class EmbeddedError(Exception):
    """One sentence that says what is wrong and what to do; shown as it is, without a traceback."""
