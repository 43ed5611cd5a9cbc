"""The table of who may do what is true."""

from tests.codebase.permission_table import DOC, table


def test_the_table_of_permissions_is_what_the_code_says():
    assert DOC.read_text(encoding="utf-8") == table(), "python -m tests.codebase.permission_table"
