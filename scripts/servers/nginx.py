#!/usr/bin/env python3
"""An nginx of our own in front of the four services, on 127.0.0.1 only.

usage: nginx.py start|wait|stop [--data DIR] [--port-base N] [--replicas N]
The services' ports follow from --port-base, as those of the stack do.
"""

import argparse
import getpass
import os
import pathlib
import re
import shutil
import sys

from by_hand import add_verbs, obey
from ports import SERVICES, Ports
from server import Server, http_status

DEFAULT_DATA = "data/nginx"
TEMPLATE = pathlib.Path(__file__).with_name("nginx.conf")
PROBLEM = ('{"type":"urn:payments:error:CODE","title":"TITLE","status":STATUS,"detail":"TITLE",'
           '"code":"CODE","instance":"$instance"}')


def nginx_server(data, ports, replicas):
    data = pathlib.Path(data).resolve()
    settings = data / "nginx.conf"
    program = shutil.which("nginx") or "/usr/sbin/nginx"

    def prepare():
        data.mkdir(parents=True, exist_ok=True)
        settings.write_text(fill_in(TEMPLATE.read_text(), ports, replicas))

    return Server(
        "nginx", [ports.nginx], data / "nginx.log",
        [program, "-p", f"{data}/", "-c", str(settings), "-e", "stderr"],
        answers=lambda: http_status(ports.nginx, "/metrics")[0] == 404, prepare=prepare)


def fill_in(template, ports, replicas):
    # Root's workers must reach root's folders.
    user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
    upstreams = "\n".join(upstream(name, ports, replicas) for name in SERVICES)
    text = template.replace("@USER@", user).replace("@PORT@", str(ports.nginx))
    text = text.replace("@UPSTREAMS@", upstreams)
    return re.sub(r"@PROBLEM (\w+) (\d+) (\$\w+)@", problem, text)


def upstream(name, ports, replicas):
    servers = "\n".join(
        f"        server 127.0.0.1:{ports.service(name, instance)} max_fails=0;"
        for instance in range(replicas))
    return (f"    upstream {name} {{\n        zone {name} 64k;\n{servers}\n"
            # Shorter than the services' own, so that they never close what we are about to use.
            "        keepalive 64;\n        keepalive_timeout 30s;\n"
            "        keepalive_requests 1000000;\n    }")


def problem(found):
    code, status, title = found.groups()
    return PROBLEM.replace("CODE", code).replace("STATUS", status).replace("TITLE", title)


def main():
    parser = argparse.ArgumentParser(description="An nginx of our own before the services.")
    add_verbs(parser, DEFAULT_DATA)
    parser.add_argument("--port-base", type=int, default=8080)
    parser.add_argument("--replicas", type=int, default=1)
    asked = parser.parse_args()
    return obey(asked.verb, [nginx_server(asked.data, Ports(asked.port_base), asked.replicas)])


if __name__ == "__main__":
    sys.exit(main())
