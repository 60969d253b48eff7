#!/usr/bin/env python3
"""Apache Kafka brokers of our own in KRaft mode, one or three, on 127.0.0.1 only.

usage: kafka.py start|wait|stop [--data DIR] [--port N] [--controller-port N] [--brokers 1|3]
       kafka.py fetch
Broker n listens on PORT + n - 1, its controller on CONTROLLER_PORT + n - 1.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys

from by_hand import add_verbs, obey
from server import ROOT, Server, Trouble

DEFAULT_DATA = "data/kafka"
DEFAULT_PORT = 8110
DEFAULT_CONTROLLER_PORT = 8120
POM = ROOT / "scripts" / "kafka" / "pom.xml"
LOG_SETTINGS = POM.with_name("log4j.properties")
JARS = ROOT / "build" / "kafka"
FETCHED = JARS / "pom.xml"  # of which the jars are; last to be written
CLUSTER = "cGF5bWVudHMtY2x1c3Rlcg"  # 16 bytes in base64: all that a cluster's id must be
# Small brokers: a few topics, two cores that others need as well. The quick compiler alone: the
# other one takes a core for a minute, and what it makes is hardly better for this load.
JAVA = ["java", "-Xms64m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
        "-XX:+ExitOnOutOfMemoryError", f"-Dlog4j.configuration=file:{LOG_SETTINGS}",
        "-cp", f"{JARS}/*"]

SETTINGS = """\
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
controller.listener.names=CONTROLLER
log.dirs={files}
auto.create.topics.enable=false
default.replication.factor={replicas}
min.insync.replicas={in_sync}
offsets.topic.replication.factor={replicas}
offsets.topic.num.partitions=6
transaction.state.log.replication.factor={replicas}
transaction.state.log.min.isr={in_sync}
transaction.state.log.num.partitions=6
# A first consumer need not wait for others to come.
group.initial.rebalance.delay.ms=0
# A dead broker's partitions move on after 3 s instead of 9.
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
num.network.threads=2
num.io.threads=4
background.threads=4
log.cleaner.dedupe.buffer.size=16777216
"""


def kafka_servers(data, port, controller_port, brokers):
    """The brokers of one cluster. Throws Trouble if `data` is of another number of them."""
    data = pathlib.Path(data).resolve()
    there = len(list(data.glob("broker-*/files/meta.properties")))
    if there not in (0, brokers):
        raise Trouble(f"{data} belongs to {there} Kafka broker(s), not {brokers}: "
                      f"start as many, or take another data folder")
    return [broker(data / f"broker-{node}", node, port, controller_port, brokers)
            for node in range(1, brokers + 1)]


def broker(folder, node, port, controller_port, brokers):
    voters = ",".join(f"{n}@127.0.0.1:{controller_port + n - 1}" for n in range(1, brokers + 1))
    mine, controller = port + node - 1, controller_port + node - 1
    settings = folder / "server.properties"
    text = SETTINGS.format(
        node=node, voters=voters, port=mine, controller_port=controller, files=folder / "files",
        replicas=brokers, in_sync=2 if brokers > 2 else 1)
    name = f"kafka-{node}"
    return Server(
        name, [mine, controller], folder / f"{name}.log", [*JAVA, "kafka.Kafka", str(settings)],
        answers=lambda: brokers_known_to(mine) >= brokers,
        prepare=lambda: form(folder, settings, text), stop_s=15)


def form(folder, settings, text):
    """Writes the settings, and formats the folder for the log if that is not done yet."""
    check_fetched()
    folder.mkdir(parents=True, exist_ok=True)
    settings.write_text(text)
    if (folder / "files" / "meta.properties").exists():
        return
    done = subprocess.run(
        [*JAVA, "kafka.tools.StorageTool", "format", "--ignore-formatted", "--cluster-id", CLUSTER,
         "--config", str(settings)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise Trouble(f"Kafka could not format {folder}:\n{done.stdout}")


def brokers_known_to(port):
    """How many brokers the one on this port says are there; 0 if it does not answer."""
    try:
        done = subprocess.run(
            ["kcat", "-b", f"127.0.0.1:{port}", "-L", "-J", "-m", "2"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=5)
        return len(json.loads(done.stdout)["brokers"]) if done.returncode == 0 else 0
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return 0


def fetched():
    return FETCHED.exists() and FETCHED.read_bytes() == POM.read_bytes()


def check_fetched():
    if not fetched():
        raise Trouble("Kafka's jars are not there: scripts/servers/kafka.py fetch")


def fetch():
    """Kafka and what it needs from Maven Central; nothing if that is done."""
    if fetched():
        return 0
    shutil.rmtree(JARS, ignore_errors=True)
    done = subprocess.run(
        ["mvn", "--batch-mode", "--no-transfer-progress", "--file", str(POM),
         "dependency:copy-dependencies", f"-DoutputDirectory={JARS}"], stdin=subprocess.DEVNULL)
    if done.returncode == 0:
        shutil.copyfile(POM, FETCHED)
    return done.returncode


def main():
    if sys.argv[1:] == ["fetch"]:
        return fetch()
    parser = argparse.ArgumentParser(
        description="Kafka brokers of our own on 127.0.0.1. `kafka.py fetch` gets the jars.")
    add_verbs(parser, DEFAULT_DATA)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--controller-port", type=int, default=DEFAULT_CONTROLLER_PORT)
    parser.add_argument("--brokers", type=int, choices=(1, 3), default=1)
    asked = parser.parse_args()
    try:
        servers = kafka_servers(asked.data, asked.port, asked.controller_port, asked.brokers)
    except Trouble as trouble:
        parser.error(str(trouble))
    return obey(asked.verb, servers)


if __name__ == "__main__":
    sys.exit(main())
