"""deploy/kubernetes, by the schemas of Kubernetes and against the rest of the repository. No
cluster is asked."""

import copy
import ipaddress
import subprocess
import unittest

import kubernetes_validate

from deployment import (DEPLOY, EXECUTABLE, MORE_PATHS, PORTS, public_paths, read_yaml,
                        variables_of)

FOLDER = DEPLOY / "kubernetes"
VERSIONS = ["1.30", "1.33", "1.37"]  # the oldest that is supported, one between, the newest known
NOT_APPLIED_WITH_THE_REST = {"kustomization.yaml", "secrets.example.yaml", "migrate.yaml"}
LONGEST_STOP = 60  # seconds: see stop() in src/app/application.cpp, and compose's stop_grace_period

FILES = {path.name: read_yaml(path) for path in sorted(FOLDER.glob("*.yaml"))}
OBJECTS = [item for name, found in FILES.items() if name != "kustomization.yaml" for item in found]


def objects(kind):
    return {item["metadata"]["name"]: item for item in OBJECTS if item["kind"] == kind}


def pod_of(workload):
    return workload["spec"]["template"]["spec"]


def container_of(workload):
    return pod_of(workload)["containers"][0]


def routed(path):
    """The backend Kubernetes chooses: an exact path before a prefix, the longest prefix first."""
    rules = objects("Ingress")["payments"]["spec"]["rules"][0]["http"]["paths"]
    elements = [part for part in path.split("/") if part]
    best, longest = None, -1
    for rule in rules:
        service = rule["backend"]["service"]["name"]
        if rule["pathType"] == "Exact" and rule["path"] == path:
            return service
        prefix = [part for part in rule["path"].split("/") if part]
        if (rule["pathType"] == "Prefix" and elements[:len(prefix)] == prefix
                and len(prefix) > longest):
            best, longest = service, len(prefix)
    return best


class Schemas(unittest.TestCase):
    def test_every_object_is_valid(self):
        for version in VERSIONS:
            for item in OBJECTS:
                name = item["metadata"]["name"]
                with self.subTest(version=version, kind=item["kind"], name=name):
                    kubernetes_validate.validate(item, version, strict=True)

    def test_a_slip_would_be_found(self):
        slip = copy.deepcopy(objects("Deployment")["order"])
        slip["spec"]["replica"] = slip["spec"].pop("replicas")
        with self.assertRaises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(slip, VERSIONS[0], strict=True)

    def test_the_kustomization_has_all_that_is_applied_together(self):
        listed = FILES["kustomization.yaml"][0]["resources"]
        self.assertEqual(set(FILES) - NOT_APPLIED_WITH_THE_REST, set(listed))


class Workloads(unittest.TestCase):
    def test_the_four_differ_only_in_what_they_are(self):
        def plain(name):
            text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
            extra = "            - configMapRef: {name: payments-order-settings}\n"
            self.assertEqual(name == "order", extra in text)
            return text.replace(extra, "").replace(str(PORTS[name]), "PORT").replace(
                f"payments-{name}}}", "payments-NAME}").replace(f": {name}\n", ": NAME\n").replace(
                f"[serve, {name}]", "[serve, NAME]")

        self.assertEqual(set(PORTS), set(objects("Deployment")))
        for name in PORTS:
            self.assertEqual(plain("order"), plain(name), name)

    def test_ports_are_those_of_the_contract(self):
        for name, port in PORTS.items():
            container = container_of(objects("Deployment")[name])
            listen = next(variable["value"] for variable in container["env"]
                          if variable["name"] == "PAYMENTS_LISTEN")
            self.assertEqual(f"0.0.0.0:{port}", listen)
            self.assertEqual(port, container["ports"][0]["containerPort"])
            self.assertEqual(port, objects("Service")[name]["spec"]["ports"][0]["port"])

    def test_probes(self):
        container = container_of(objects("Deployment")["order"])
        for probe, path in {"startupProbe": "/health/live", "livenessProbe": "/health/live",
                            "readinessProbe": "/health/ready"}.items():
            self.assertEqual(path, container[probe]["httpGet"]["path"])

    def test_there_is_time_to_finish_what_is_in_flight(self):
        deployment = objects("Deployment")["order"]
        pause = int(container_of(deployment)["lifecycle"]["preStop"]["exec"]["command"][1])
        grace = pod_of(deployment)["terminationGracePeriodSeconds"]
        self.assertGreater(grace, pause + LONGEST_STOP)

    def test_what_they_are_given_is_there_and_known(self):
        sources = {**objects("ConfigMap"), **objects("Secret")}
        for workload in [*objects("Deployment").values(), objects("Job")["migrate"]]:
            container = container_of(workload)
            names = {variable["name"] for variable in container.get("env", [])}
            for source in container["envFrom"]:
                found = sources[next(iter(source.values()))["name"]]
                names |= set(found.get("data", {})) | set(found.get("stringData", {}))
            self.assertLessEqual(names, variables_of(container["args"][0]), container["name"])
            for volume in pod_of(workload)["volumes"]:
                self.assertIn(volume["secret"]["secretName"], sources)

    def test_with_the_secrets_of_the_example_nothing_starts(self):
        secrets = objects("Secret")
        settings = {**secrets["payments-shared"]["stringData"],
                    **secrets["payments-order"]["stringData"], "PAYMENTS_LISTEN": "127.0.0.1:0",
                    "PAYMENTS_BOOTPAY_URL": "http://127.0.0.1:1/v2"}
        tried = subprocess.run([EXECUTABLE, "serve", "order"], capture_output=True, text=True,
                               env=settings, timeout=60)
        self.assertEqual(2, tried.returncode, tried.stderr)
        self.assertNotIn("SET-ME", tried.stderr)

    def test_only_the_order_service_has_the_keys_of_the_gateway(self):
        holders = {name for name, secret in objects("Secret").items()
                   if any("BOOTPAY" in key for key in secret["stringData"])}
        self.assertEqual({"payments-order"}, holders)

    def test_containers_may_do_nothing_they_need_not(self):
        for workload in [*objects("Deployment").values(), objects("Job")["migrate"]]:
            rights = container_of(workload)["securityContext"]
            self.assertEqual((True, False, ["ALL"]),
                             (rights["readOnlyRootFilesystem"], rights["allowPrivilegeEscalation"],
                              rights["capabilities"]["drop"]))
            self.assertTrue(pod_of(workload)["securityContext"]["runAsNonRoot"])
            self.assertFalse(pod_of(workload)["automountServiceAccountToken"])

    def test_selectors_find_their_pods(self):
        for name, deployment in objects("Deployment").items():
            labels = deployment["spec"]["template"]["metadata"]["labels"]
            self.assertEqual(labels, deployment["spec"]["selector"]["matchLabels"])
            self.assertEqual(labels, objects("Service")[name]["spec"]["selector"])
            budget = objects("PodDisruptionBudget")[name]
            self.assertEqual(labels, budget["spec"]["selector"]["matchLabels"])


class Routes(unittest.TestCase):
    def test_every_path_reaches_its_owner(self):
        for path, owner in [*public_paths(), *MORE_PATHS]:
            self.assertEqual(owner, routed(path), path)

    def test_metrics_are_not_routed(self):
        self.assertNotIn("selector", objects("Service")[routed("/metrics")]["spec"])

    def test_nothing_is_open_but_what_is_said(self):
        policies = objects("NetworkPolicy")
        closed = policies["nothing-else"]["spec"]
        self.assertEqual(({}, {"Ingress", "Egress"}),
                         (closed["podSelector"], set(closed["policyTypes"])))
        self.assertEqual(["requests"], [name for name, policy in policies.items()
                                        if policy["spec"].get("ingress")])

    def test_only_order_and_point_reach_the_world(self):
        for name, policy in objects("NetworkPolicy").items():
            blocks = [peer["ipBlock"] for rule in policy["spec"].get("egress", [])
                      for peer in rule["to"] if "ipBlock" in peer]
            if not blocks:
                continue
            selected = policy["spec"]["podSelector"]["matchExpressions"]
            self.assertEqual([{"key": "app.kubernetes.io/name", "operator": "In",
                               "values": ["order", "point"]}], selected, name)
            spared = {ipaddress.ip_network(block) for block in blocks[0]["except"]}
            self.assertIn(ipaddress.ip_network("169.254.0.0/16"), spared)


if __name__ == "__main__":
    unittest.main()
