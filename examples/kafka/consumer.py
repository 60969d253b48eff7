#!/usr/bin/env python3
"""Reads the events of orders from Kafka and tells of each once, wherever it was stopped before.

With `./run stack` going, and kcat installed (apt install kcat):
    python3 examples/kafka/consumer.py [BROKER]       BROKER: 127.0.0.1:8110 if it is left out
kcat is a client of librdkafka's for the command line: it keeps the group's place, joins and leaves;
what one does with an event is below. docs/events has the schema of each."""

import json
import os
import subprocess
import sys

BROKER = sys.argv[1] if sys.argv[1:] else "127.0.0.1:8110"
TOPIC = "payments.order.events"
GROUP = os.environ.get("GROUP", "example")
handled = set()  # a real one keeps the ids where its own books are, and writes both at once


def handle(event, headers):
    """An event may come more than once (its ce_id stays the same), and late: of two of one order
    the greater `version` is the newer."""
    if headers["ce_id"] in handled:
        return
    handled.add(headers["ce_id"])
    if headers["ce_type"] == "order.succeeded":
        print("hand over", event["item_id"], "to", event["user_id"], "for", event["order_id"],
              flush=True)
    else:
        print(f"{headers['ce_type']} {event['order_id']}", flush=True)


with subprocess.Popen(
        ["kcat", "-b", BROKER, "-J", "-q", "-u", "-X", "auto.offset.reset=earliest",
         "-G", GROUP, TOPIC],
        stdout=subprocess.PIPE, text=True) as kcat:
    try:
        for line in kcat.stdout:
            message = json.loads(line)
            names = message["headers"]
            handle(json.loads(message["payload"]), dict(zip(names[::2], names[1::2])))
    except KeyboardInterrupt:
        pass
    finally:
        kcat.terminate()
