"""deploy/compose.yaml, as docker-compose understands it. No engine is asked."""

import os
import pathlib
import subprocess
import tempfile
import unittest

import yaml

from deployment import DEPLOY, PORTS, variables_of

FILE = DEPLOY / "compose.yaml"
EXAMPLE = DEPLOY / ".env.example"
SETTINGS = {"PATH": os.environ["PATH"]}  # none of the caller's own


def config(env_file):
    return subprocess.run(
        ["docker-compose", "--env-file", str(env_file), "-f", str(FILE), "config"],
        capture_output=True, text=True, timeout=120, env=SETTINGS)


def examples():
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


class Compose(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        answer = config(EXAMPLE)
        assert answer.returncode == 0, answer.stderr
        cls.services = yaml.safe_load(answer.stdout)["services"]

    def ours(self):
        return {name: service for name, service in self.services.items()
                if service["image"].startswith("payments:")}

    def test_it_has_everything(self):
        self.assertEqual({*PORTS, "mysql", "kafka", "migrate", "sandbox", "nginx"},
                         set(self.services))

    def test_each_secret_must_be_given(self):
        for line in examples():
            with self.subTest(line.split("=")[0]), tempfile.TemporaryDirectory() as folder:
                env_file = pathlib.Path(folder) / "env"
                others = [other for other in examples() if other != line]
                env_file.write_text("\n".join(others), encoding="utf-8")
                answer = config(env_file)
                self.assertNotEqual(0, answer.returncode)
                self.assertIn("see .env.example", answer.stderr)

    def test_services_know_what_they_are_given(self):
        for name, service in self.ours().items():
            self.assertLessEqual(set(service["environment"]), variables_of(service["command"][0]),
                                 name)

    def test_ports_are_those_of_the_contract(self):
        for name, port in {**PORTS, "sandbox": 8090}.items():
            service = self.services[name]
            self.assertEqual(f"0.0.0.0:{port}", service["environment"]["PAYMENTS_LISTEN"])
            self.assertIn(f"http://127.0.0.1:{port}/", service["healthcheck"]["test"][-1])
        for name in PORTS:
            self.assertEqual(["serve", name], self.services[name]["command"])

    def test_the_order_service_alone_has_the_keys_of_the_gateway(self):
        holders = {name for name, service in self.ours().items()
                   if "PAYMENTS_BOOTPAY_SECRET_KEY" in service["environment"]}
        self.assertEqual({"order", "sandbox"}, holders)

    def test_only_loopback_is_published(self):
        published = {name: service["ports"] for name, service in self.services.items()
                     if "ports" in service}
        self.assertEqual({"nginx": ["127.0.0.1:8080:8080/tcp"],
                          "sandbox": ["127.0.0.1:8090:8090/tcp"]}, published)

    def test_who_is_waited_for_can_say_it_is_ready(self):
        for name, service in self.services.items():
            for other, wish in service.get("depends_on", {}).items():
                if wish["condition"] == "service_healthy":
                    self.assertIn("healthcheck", self.services[other], f"{name} waits for {other}")

    def test_files_that_are_mounted_are_there(self):
        for service in self.services.values():
            for volume in service.get("volumes", []):
                source = volume.split(":")[0]
                self.assertTrue("/" not in source or pathlib.Path(source).is_file(), source)

    def test_our_containers_may_do_nothing_they_need_not(self):
        for name, service in {**self.ours(), "nginx": self.services["nginx"]}.items():
            self.assertTrue(service["read_only"], name)
            self.assertEqual(["ALL"], service["cap_drop"], name)


if __name__ == "__main__":
    unittest.main()
