"""Real PostgreSQL and Valkey servers out of two wheels, for the demo, the tests and the bench.

Never for production. Nothing here imports Django: these servers stand before a settings module is read.
"""
