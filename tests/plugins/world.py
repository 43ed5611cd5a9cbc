"""Fills the world template as the tests' role: run as a program, with the variables of that database set."""

import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tests import world
    from tests.plugins import hashing

    hashing.lighten()
    world.build()
