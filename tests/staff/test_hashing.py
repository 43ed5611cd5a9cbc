"""Tests hash lightly (tests.plugins.hashing); people's passwords and PINs do not."""

from django.contrib.auth.hashers import Argon2PasswordHasher, identify_hasher, make_password

from tests.plugins.hashing import COST

MEMORY_KIB, PASSES, LANES = 19456, 2, 1  # OWASP's Password Storage Cheat Sheet, the smallest for Argon2id


def test_what_production_pays_for_a_hash_is_no_less_than_recommended():
    assert len(COST) == 2
    for memory, passes, lanes in COST.values():
        assert (memory >= MEMORY_KIB, passes >= PASSES, lanes >= LANES) == (True, True, True)


def test_passwords_are_hashed_by_argon2():
    assert isinstance(identify_hasher(make_password("suong-tren-nuong")), Argon2PasswordHasher)
