"""Makes the migrated template that the next run starts from: `make test` migrates while it lints. A program."""

import os

from tests.plugins.databases import FOREIGN_VARIABLES
from tests.plugins.servers import make_template, started

if __name__ == "__main__":
    for variable in FOREIGN_VARIABLES:
        os.environ.pop(variable, None)
    with started() as servers:
        make_template(servers)
