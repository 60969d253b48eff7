"""docs/faults.md: a row for every fault of the sandbox, and no test named that is not there."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
FAULTS = (ROOT / "src" / "sandbox" / "faults.cpp").read_text(encoding="utf-8")


def rows():
    """The first cell of each row, and the last: the fault, and the tests that show it."""
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `"):
            yield cells[0].strip("`"), re.findall(r"`([^`]+)`", cells[-1])


def exists(test):
    """`file.Class.test` of a system test, or `file: case` of tests/file.cpp."""
    if ": " in test:
        file, case = test.split(": ", 1)
        return f'TEST_CASE("{case}")' in (ROOT / "tests" / f"{file}.cpp").read_text()
    file, case, name = test.split(".")
    text = (ROOT / "tests" / "system" / f"{file}.py").read_text()
    body = re.search(rf"^class {case}\(.*?(?=^\S|\Z)", text, re.S | re.M)
    return bool(body and re.search(rf"^    def {name}\(", body[0], re.M))


class FaultsPage(unittest.TestCase):
    def test_names_every_fault_once(self):
        names = FAULTS.split("names{")[1].split("};")[0]
        known = re.findall(r'"(\w+)"', names)
        self.assertEqual(sorted(fault for fault, _ in rows()), sorted(known))

    def test_names_tests_that_are_there(self):
        for fault, tests in rows():
            self.assertTrue(tests, f"{fault}: which test shows it?")
            for test in tests:
                self.assertTrue(exists(test), f"{fault}: there is no {test}")


if __name__ == "__main__":
    unittest.main()
