"""The fixtures that every test may use; tests.plugins.databases (see pyproject.toml) starts the servers."""

pytest_plugins = [
    "tests.plugins.clones",
    "tests.plugins.served",
    "tests.plugins.browser",
    "tests.plugins.profiles",
    "tests.plugins.loopback",
    "tests.plugins.kept",
    "tests.plugins.hashing",
    "tests.plugins.handlers",
    "tests.plugins.order",
]
