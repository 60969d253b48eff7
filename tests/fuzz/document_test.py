#!/usr/bin/env python3
"""docs/openapi.json in itself: everything told, every example as its schema wants it. That it tells
of the server and of nothing else is src/app/openapi_test.cpp's and fuzz.py's matter."""

import json
import os
import re
import sys
import unittest

import fuzz

try:
    import jsonschema_rs
except ImportError:  # it comes with Schemathesis
    if sys.prefix != sys.base_prefix:
        raise
    fuzz.install()
    python = fuzz.ENVIRONMENT / "bin" / "python"
    os.execv(python, [python, *sys.argv])

DOCUMENT = json.loads((fuzz.HERE.parents[1] / "docs" / "openapi.json").read_text())
COMPONENTS = DOCUMENT["components"]
PROBLEM = "application/problem+json"
METHODS = {"get", "post", "patch", "put", "delete"}


def resolve(thing):
    """What a $ref names; what stands beside the $ref wins."""
    while "$ref" in thing:
        found = DOCUMENT
        for part in thing["$ref"][2:].split("/"):
            found = found[part]
        thing = {**found, **{name: value for name, value in thing.items() if name != "$ref"}}
    return thing


def operations():
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def bodies():
    """Every body there is: where, its media type, its media object."""
    for where, operation in operations():
        for kind, media in operation.get("requestBody", {}).get("content", {}).items():
            yield f"{where} request", kind, media
        for status, answer in operation["responses"].items():
            for kind, media in resolve(answer).get("content", {}).items():
                yield f"{where} {status}", kind, media


def fields(schema, where):
    """Every field of a schema and of those inside it; what is behind a $ref has its own turn."""
    for name, field in schema.get("properties", {}).items():
        yield f"{where}.{name}", field
        yield from fields(field, f"{where}.{name}")
    for inner in [schema.get("items"), *schema.get("anyOf", []), *schema.get("oneOf", [])]:
        if inner:
            yield from fields(inner, f"{where}[]")


def examples(media):
    """What a body looks like, by the body itself or by its schema; none: there is no example."""
    if "example" in media:
        return [media["example"]]
    if "examples" in media:
        return [resolve(example)["value"] for example in media["examples"].values()]
    schema = resolve(media["schema"])
    choices = schema.get("oneOf", [])
    if choices:
        return [example for choice in choices for example in resolve(choice).get("examples", [])]
    return schema.get("examples", [])


def faults(schema, value):
    validator = jsonschema_rs.Draft202012Validator(
        {**schema, "components": COMPONENTS}, validate_formats=True)
    return [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(value)]


class Operations(unittest.TestCase):
    def test_each_has_a_name_of_its_own_and_says_what_it_does(self):
        names = [operation["operationId"] for _, operation in operations()]
        self.assertEqual(len(names), len(set(names)))
        tags = [tag["name"] for tag in DOCUMENT["tags"]]
        for where, operation in operations():
            with self.subTest(where):
                self.assertRegex(operation["operationId"], r"^[a-z]+([A-Z][a-z]+)*$")
                self.assertTrue(operation["summary"])
                self.assertRegex(operation["x-summary-ko"], "[가-힣]")
                self.assertNotRegex(operation["summary"], r"\.$")
                self.assertTrue(set(operation["tags"]) <= set(tags) and operation["tags"])
                self.assertIn("security", operation)

    def test_every_parameter_is_told(self):
        for where, operation in operations():
            named = [resolve(parameter) for parameter in operation.get("parameters", [])]
            for parameter in named:
                with self.subTest(where, parameter=parameter["name"]):
                    self.assertTrue(parameter.get("description"))
                    self.assertIn("schema", parameter)
            inside = re.findall(r"\{(\w+)\}", where)
            self.assertEqual(inside, [one["name"] for one in named if one["in"] == "path"], where)

    def test_every_answer_names_its_request(self):
        for where, operation in operations():
            for status, answer in operation["responses"].items():
                with self.subTest(where, status=status):
                    headers = resolve(answer).get("headers", {})
                    self.assertIn("X-Request-Id", headers)
                    if status in ("429", "503", "504") and PROBLEM in resolve(answer)["content"]:
                        self.assertIn("Retry-After", headers)


class Errors(unittest.TestCase):
    def test_each_is_a_problem_and_names_its_codes(self):
        known = set(COMPONENTS["schemas"]["ErrorCode"]["enum"])
        for where, operation in operations():
            for status, answer in operation["responses"].items():
                media = resolve(answer).get("content", {}).get(PROBLEM)
                if status < "400" or media is None:
                    continue
                with self.subTest(where, status=status):
                    schema = media["schema"]
                    self.assertEqual(schema["allOf"], [{"$ref": "#/components/schemas/Problem"}])
                    self.assertEqual(schema["properties"]["status"], {"const": int(status)})
                    codes = schema["properties"]["code"]["enum"]
                    self.assertLessEqual(set(codes), known)
                    self.assertEqual(set(codes), {example["code"] for example in examples(media)})
                    for code in codes:
                        self.assertIn(f"`{code}`", resolve(answer)["description"])


class Bodies(unittest.TestCase):
    def test_every_field_is_told(self):
        for name, schema in COMPONENTS["schemas"].items():
            with self.subTest(name):
                self.assertTrue(schema.get("description"))
            for where, field in fields(schema, name):
                with self.subTest(where):
                    self.assertTrue("$ref" in field or field.get("description") or "const" in field)

    def test_every_field_that_is_sent_has_a_limit(self):
        for where, kind, media in bodies():
            if not where.endswith(" request") or "/webhooks/" in where:
                continue
            schema = resolve(media["schema"])
            self.assertIs(schema["additionalProperties"], False, where)
            for name, given in fields(schema, where):
                field, kinds = resolve(given), [resolve(given).get("type", [])]
                kinds = kinds[0] if isinstance(kinds[0], list) else kinds
                with self.subTest(name):
                    if "integer" in kinds:
                        self.assertTrue({"minimum"} <= field.keys())
                    if "string" in kinds:
                        self.assertTrue(field.keys() & {"maxLength", "pattern", "enum", "format"})

    def test_every_one_has_an_example_and_every_example_holds(self):
        for where, kind, media in bodies():
            with self.subTest(where, kind=kind):
                if kind in ("text/plain", "text/html") or where.startswith("GET /openapi.json"):
                    continue
                shown = examples(media)
                self.assertTrue(shown)
                if kind == "text/event-stream":
                    shown = [dict(line.split(": ", 1) for line in shown[0].strip().split("\n"))]
                    order = COMPONENTS["schemas"]["Order"]
                    self.assertEqual(faults(order, json.loads(shown[0]["data"])), [])
                for example in shown:
                    self.assertEqual(faults(media["schema"], example), [])

    def test_examples_of_schemas_and_parameters_hold(self):
        for name, schema in COMPONENTS["schemas"].items():
            for example in schema.get("examples", []):
                with self.subTest(name):
                    self.assertEqual(faults(schema, example), [])
        for where, operation in operations():
            for parameter in map(resolve, operation.get("parameters", [])):
                if "example" in parameter:
                    with self.subTest(where, parameter=parameter["name"]):
                        self.assertEqual(faults(parameter["schema"], parameter["example"]), [])


if __name__ == "__main__":
    unittest.main()
