"""What the files in deploy/ must agree with: flags, ports, who owns which path."""

import json
import os
import pathlib
import re
import subprocess

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
EXECUTABLE = os.environ["PAYMENTS_EXECUTABLE"]

PORTS = {"order": 8081, "point": 8082, "order-item": 8083, "item": 8084}
OWNER_OF_TAG = {"items": "item", "points": "point", "order-items": "order-item", "orders": "order",
                "auto-charges": "order", "webhooks": "order", "operations": "order"}


def read_yaml(path):
    """The documents of one file."""
    return [document for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
            if document]


def variables_of(command):
    """The environment variables a subcommand reads."""
    shown = subprocess.run([EXECUTABLE, command, "--help"], capture_output=True, text=True,
                           check=True, timeout=60).stdout
    flags = re.findall(r"^  (?:-\w,)?--([a-z-]+)", shown, re.MULTILINE)
    return {"PAYMENTS_" + flag.replace("-", "_").upper() for flag in flags if flag != "help"}


def owner_of(path, operations):
    """The service a path of docs/openapi.json belongs to."""
    admin = re.match(r"/v1/admin/([^/]+)", path)
    if admin:
        return admin[1]
    tags = {operation["tags"][0] for method, operation in operations.items()
            if method in ("get", "post", "patch", "put", "delete")}
    owners = {OWNER_OF_TAG[tag] for tag in tags}
    assert len(owners) == 1, f"{path} belongs to {owners}"
    return owners.pop()


def public_paths():
    """(path, owner) of everything callers may reach, with values in place of parameters."""
    paths = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))["paths"]
    for template, operations in paths.items():
        if template == "/metrics":
            continue
        for service in PORTS if "{service}" in template else [""]:
            path = template.replace("{service}", service)
            yield re.sub(r"\{\w+\}", "one", path), owner_of(path, operations)


# Beside what the document lists: neighbours that only look alike, and what nobody owns.
MORE_PATHS = [("/v1/items/", "item"), ("/v1/itemsandmore", "order"), ("/v1/points-old", "order"),
              ("/v1/order-items-old", "order"), ("/v1/orders/one/stream", "order"), ("/", "order"),
              ("/console", "order"), ("/docs", "order"), ("/assets/index-1.js", "order"),
              ("/favicon.svg", "order"),
              ("/v1/admin/item/dead-letters", "item"), ("/v1/admin/point/dead-letters", "point"),
              ("/v1/admin/order-item/dead-letters/one/replay", "order-item"),
              ("/v1/admin/order/dead-letters", "order"), ("/v1/nothing", "order")]
