"""A process of the next release: `python -m tests.production.next_release manage migrate`, `… granian …`."""

import runpy
import sys

from django.core.management import execute_from_command_line

from tests.production.next_release import become

if __name__ == "__main__":
    become()
    program, *arguments = sys.argv[1:]
    sys.argv = [program, *arguments]
    if program == "manage":
        execute_from_command_line(sys.argv)
    else:
        runpy.run_module(program, run_name="__main__", alter_sys=True)
