"""How much Hypothesis tries.

`bounded` draws the same examples in every run: CI fails for a change and never by luck. `full`, which
`make test-long` uses, draws new ones and many more: there a new counter-example is to be found.
"""

from hypothesis import HealthCheck, settings

SLOW_BY_NATURE = [HealthCheck.too_slow, HealthCheck.data_too_large]  # examples that write to a database

settings.register_profile(
    "bounded",
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=SLOW_BY_NATURE,
)
settings.register_profile(
    "full",
    max_examples=1500,
    stateful_step_count=80,
    deadline=None,
    print_blob=True,
    suppress_health_check=SLOW_BY_NATURE,
)
settings.load_profile("bounded")


def profile() -> str:
    """Which one is loaded, for tests that draw by themselves."""
    return settings.get_current_profile_name()
