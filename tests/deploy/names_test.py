"""What deploy/ and docs/operate.md call by name is called so in the program: settings, topics,
metrics."""

import re
import unittest

from deployment import DEPLOY, ROOT, variables_of

COMMANDS = ["serve", "sandbox", "token", "bench", "audit", "migrate"]
IN_PROSE = {"PAYMENTS_"}  # for all of them

PAGE = ROOT / "docs/operate.md"
SOURCES = [path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*")
           if path.suffix in (".cpp", ".hpp") and not path.name.endswith("_test.cpp")]


def section(title):
    return PAGE.read_text(encoding="utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]


def in_sources(pattern):
    return {name for text in SOURCES for name in re.findall(pattern, text)}


class Names(unittest.TestCase):
    def test_settings(self):
        known = set().union(*(variables_of(command) for command in COMMANDS)) | IN_PROSE
        for page in [PAGE, *(path for path in DEPLOY.rglob("*") if path.is_file())]:
            named = set(re.findall(r"\bPAYMENTS_\w*", page.read_text(encoding="utf-8")))
            self.assertEqual(set(), named - known, page.name)

    def test_topics(self):
        topics = in_sources(r'_topic = "([^"]+)"')
        of_commands = {topic for topic in topics if not topic.endswith(".events")}
        table = [line for line in section("Kafka").splitlines() if line.startswith("| `payments.")]
        named = {topic for line in table for topic in re.findall(r"`(payments\.[\w.-]+)`", line)}
        self.assertEqual(topics | {topic + ".dead" for topic in of_commands}, named)

    def test_metrics(self):
        named = set(re.findall(r"`(payments_\w+)`", section("Health and alerts")))
        self.assertTrue(named)
        self.assertEqual(set(), named - in_sources(r'"(payments_\w+)"'))


if __name__ == "__main__":
    unittest.main()
