"""Statements for a MariaDB of a test's own, by Debian's client."""

import stack_platform  # noqa: F401  (knows where the servers' scripts are)
from mariadb import client


def sql(port, statement):
    done = client(port, f"--execute={statement}")
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout
