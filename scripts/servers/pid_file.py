"""Which process a server of a data folder is, for those who are not its parent."""

import json

from server import started_at


class PidFile:
    """Beside the server's log. A later process of the same pid is not taken for it."""

    def __init__(self, server):
        self.path = server.log.with_suffix(".pid")

    def write(self, pid):
        self.path.write_text(json.dumps({"pid": pid, "started_at": started_at(pid)}))

    def running(self):
        """Its pid; None if it does not run."""
        try:
            known = json.loads(self.path.read_text())
        except (FileNotFoundError, ValueError):
            return None
        started = started_at(known["pid"])
        return known["pid"] if started and started == known["started_at"] else None

    def remove(self):
        self.path.unlink(missing_ok=True)
