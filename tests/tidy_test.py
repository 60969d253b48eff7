"""The style, as far as a machine can watch it. Each fault says where, and what to do instead."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[1]
SKIPPED = {".git", "build", "data", "node_modules", "dist", "__pycache__", ".stamps"}
SERVICES = {"order", "point", "order_item", "item"}

LONGEST_FILE = 400
LONGEST_LINE = 100

# What every service folder has, and what it may have beside it.
SERVICE_FILES = {"types", "rules", "messages", "wire", "store", "service", "api"}
MORE_FILES = {
    "order": {"handlers", "saga", "saga_cancel", "saga_points", "sending", "answering",
              "api_auto_charge", "api_cancel", "api_retry", "attention", "auto_charge",
              "auto_charge_job", "columns", "dossier", "driver", "lookups", "operator_api",
              "operator_wire", "payment_flow", "reconciler", "reconcile_api", "reconcile_page",
              "reconcile_rules", "reconcile_store", "reconcile_text", "reconcile_types",
              "reconcile_unclaimed", "reconcile_wire", "sales", "store_auto_charge", "stream",
              "timeline", "timeline_text", "trail", "watchers", "wire_auto_charge"},
    "point": {"handlers", "chain", "expiry_job", "flows", "history", "lots", "posting", "scope",
              "seal", "sealer", "store_lots"},
    "order_item": {"handlers"},
    "item": set(),
}

# The only places that may include a library, so that it could be replaced there.
OWNERS = {
    r"sqlite3\.h": ["src/core/sql/sqlite.cpp"],
    r"(mysql|mysqld_error|errmsg)\.h": ["src/core/sql/mysql"],
    r"boost/(beast|asio|url)\b": ["src/core/http/"],
    r"librdkafka/": ["src/core/bus/kafka_client.hpp"],
    r"boost/json(?!/fwd)": ["src/core/json/", "src/core/http/keys.cpp", "src/core/http/token.cpp",
                            "src/core/bus/kafka_statistics.cpp",
                            "src/item/wire.cpp", "src/bootpay/wire", "src/sandbox/wire"],
    r"spdlog/": ["src/core/log/log.cpp"],
    r"prometheus/": ["src/core/metrics/metrics.cpp"],
    r"CLI/": ["src/app/command_line.cpp", "src/app/completion.cpp", "src/app/flags.hpp",
             "src/app/help.hpp", "src/app/options.cpp"],
    r"jwt\.h": ["src/core/http/token.cpp"],
    r"openssl/": ["src/core/http/", "src/core/digest/", "src/core/ident/ident.cpp",
                  "src/core/idempotency/keys.cpp", "src/core/sql/migrate.cpp",
                  "src/bootpay/client_state.cpp"],
}

# Where fractions are right. Money and points never are.
FRACTIONS = {
    "src/core/metrics/": "Prometheus counts in double",
    "src/core/bus/kafka_statistics.cpp": "Prometheus counts in double",
    "src/core/dead_letter/parking.cpp": "counts for Prometheus",
    "src/core/webhook_out/sweeper.cpp": "counts for Prometheus",
    "src/order/reconciler.cpp": "counts for Prometheus",
    "src/core/writer/writer.hpp": "a batch's size for a Prometheus histogram",
    "src/app/metrics_text": "values of Prometheus",
    "src/app/top": "rates and times that are shown",
    "src/app/answer_tally.cpp": "seconds for Prometheus",
    "src/bench/": "rates, means and quantiles of a measurement",
    "src/bootpay/wire_fields.cpp": "Bootpay may write whole amounts as 1000.0",
    "src/sandbox/wire_fields.cpp": "callers of Bootpay may write whole amounts as 1000.0",
}

# Code that is banned, where it may stand all the same, and what to use instead.
BANNED_CODE = {
    r"\bdetached\b": ([], "a completion function that logs: detached swallows exceptions"),
    r"\bco_(await|return|yield|spawn)\b": ([], "callbacks: g++ 12.2 miscompiles coroutines"),
    r"\bsleep_(for|until)\b": (["src/audit/audit.cpp", "src/bench/seed.cpp"],  # commands
                               "http::Io::after, or wait for the event itself"),
    r"std::j?thread\b(?!::)": (["src/core/runtime/readers.hpp", "src/core/writer/writer.hpp",
                                "src/core/http/io_context.hpp", "src/sandbox/journal.cpp",
                                "src/core/bus/kafka_", "src/bench/charge_writer.cpp"],
                               "the threads there are: I/O, writer, readers, Kafka's, bench's"),
    r"system_clock::now\b": (["src/core/time/clock.cpp"], "a Clock that is handed in"),
    r"\bgetenv\b": (["src/core/terminal/terminal.cpp"],  # COLUMNS, NO_COLOR: of every program
                    "a flag of app/options.cpp: it reads the environment"),
}

BANNED_WORDS = {"util", "utils", "common", "misc", "helper", "helpers", "manager", "processor",
                "base", "impl", "data", "info", "new", "v2"}
# Terms: a URL that others are resolved against; an order that is not stored yet.
ALLOWED_NAMES = {"base_url", "BaseUrl", "NewOrder"}
LEFTOVER = re.compile(r"\b(?:" + "|".join(["TO" + "DO", "FIX" + "ME", "X" * 3]) + r")\b")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|home)/\w")


def find_files():
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if path.is_file() and not SKIPPED.intersection(parts):
            yield path


FILES = {str(path.relative_to(ROOT)): path for path in find_files()}
TEXTS = {}
for file_name, file_path in FILES.items():
    try:
        TEXTS[file_name] = file_path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        pass


def texts(*endings):
    return {name: text for name, text in TEXTS.items() if name.endswith(endings)}


CODE = texts(".cpp", ".hpp")


def includes_of(text):
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(r'#include ([<"])([^>"]+)[>"]', line)
        if found:
            yield number, found[2], found[1] == '"'


def without_comments(text):
    """The code alone, line for line: comments and the insides of texts are blank."""
    token = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"', re.S)
    return token.sub(lambda found: '""' + "\n" * found[0].count("\n"), text)


def target_of(name, included):
    """The file of ours that an include names; nothing if it is a library's."""
    for folder in ("src", "tests", str(pathlib.PurePath(name).parent)):
        if f"{folder}/{included}" in FILES:
            return f"{folder}/{included}"
    return None


def find_tests():
    """Tests, and what only tests use."""
    includers = {}
    for name, text in CODE.items():
        for _, included, own in includes_of(text):
            target = target_of(name, included) if own else None
            if target:
                includers.setdefault(target, set()).add(name)
    tests = {name for name in CODE if name.endswith("_test.cpp") or name.startswith("tests/")}
    while True:
        more = {name for name in CODE if name.endswith(".hpp") and name not in tests
                and includers.get(name, set()) - {name[:-4] + ".cpp"}
                and includers[name] - {name[:-4] + ".cpp"} <= tests}
        more |= {name[:-4] + ".cpp" for name in more if name[:-4] + ".cpp" in CODE}
        if not more - tests:
            return tests
        tests |= more


TESTS = find_tests()


def folder_of(path):
    """order for src/order/api.cpp, core/http for src/core/http/server.cpp."""
    parts = pathlib.PurePath(path).parts[1:]
    return "/".join(parts[:2]) if parts[0] == "core" else parts[0]


def edge_fault(source, target, path):
    """Why a file of `source` must not include `path`, of `target`; nothing if it may."""
    name = pathlib.PurePath(path).name
    readers = ("app", "audit", "bench", "report")
    if source == target or target.startswith("core/") or source in readers:
        return None
    if source.startswith("core/"):
        return "core knows no service"
    if target in SERVICES and name == "messages.hpp" and source in SERVICES | {"catalogue"}:
        return None
    if target in SERVICES:
        return "of another service only messages.hpp"
    if target == "catalogue" and source in SERVICES:
        return None
    if target == "bootpay" and source == "order":
        return None
    return f"{source} does not know {target}"


def anchors(page):
    """How a page's headings are linked to."""
    headings = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    return {re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", text.lower())) for text in headings}


class Tidy(unittest.TestCase):
    def expect_none(self, faults):
        self.assertFalse(faults, "\n" + "\n".join(faults))

    def find(self, names, pattern, advice):
        return [f"{name}:{number}: {found[0]!r}: {advice}" for name, text in names.items()
                for number, line in enumerate(text.splitlines(), 1)
                for found in [re.search(pattern, line)] if found]

    def test_files_and_lines_are_short(self):
        faults = []
        # Not .sql: a migration that ran somewhere must keep its text.
        for name, text in texts(".cpp", ".hpp", ".py").items():
            lines = text.splitlines()
            if len(lines) > LONGEST_FILE:
                faults.append(f"{name}: {len(lines)} lines: split it by use case")
            faults += [f"{name}:{number}: {len(line)} columns: break it, at {LONGEST_LINE}"
                       for number, line in enumerate(lines, 1) if len(line) > LONGEST_LINE]
        self.expect_none(faults)

    def test_blanks(self):
        faults = self.find(TEXTS, r"\t", "blanks instead of tabs")
        faults += self.find(TEXTS, r"[ \r]+$", "nothing after the end of a line")
        faults += [f"{name}: end the last line" for name, text in TEXTS.items()
                   if text and not text.endswith("\n")]
        self.expect_none(faults)

    def test_nothing_is_left_over(self):
        self.expect_none(self.find(TEXTS, LEFTOVER, "do it, or write an issue")
                         + self.find(TEXTS, MACHINE_PATH, "no paths of one machine"))

    def test_service_folders_have_the_agreed_files(self):
        faults = []
        for service in SERVICES:
            folder = f"src/{service}/"
            mine = {name[len(folder):] for name in FILES if name.startswith(folder)}
            here = {name.split(".")[0] for name in mine
                    if name.endswith((".hpp", ".cpp")) and folder + name not in TESTS}
            faults += [f"{folder}{stem}: every service has it" for stem in SERVICE_FILES - here]
            known = SERVICE_FILES | MORE_FILES[service]
            faults += [f"{folder}{stem}: is no file of a service; see MORE_FILES in tidy_test.py"
                       for stem in here - known if not stem.startswith("rules_")]
            faults += [f"{folder}{needed}: every service has it"
                       for needed in ("README.md", "CMakeLists.txt") if needed not in mine]
        self.expect_none(faults)

    def test_includes_point_one_way(self):
        faults = []
        for name, text in CODE.items():
            if name in TESTS or not name.startswith("src/"):
                continue
            for number, included, own in includes_of(text):
                target = target_of(name, included) if own else None
                if own and target is None:
                    faults.append(f"{name}:{number}: {included}: includes start at src/")
                elif target and target.startswith("src/"):
                    reason = edge_fault(folder_of(name), folder_of(target), target)
                    if reason:
                        faults.append(f"{name}:{number}: {included}: {reason}")
        self.expect_none(faults)

    def test_libraries_have_owners(self):
        faults = []
        for name, text in CODE.items():
            if name in TESTS:
                continue
            for number, included, _ in includes_of(text):
                for library, owners in OWNERS.items():
                    if re.match(library, included) and not name.startswith(tuple(owners)):
                        faults.append(f"{name}:{number}: {included} belongs to {', '.join(owners)}")
        self.expect_none(faults)

    def test_headers_keep_boost_inside(self):
        light = re.compile(r"boost/(describe|pfr|json/fwd|mp11)\b")
        self.expect_none([
            f"{name}:{number}: {included}: into the .cpp (pimpl): it costs every includer seconds"
            for name, text in CODE.items() if name.endswith(".hpp") and name not in TESTS
            and not name.startswith("src/core/http/") for number, included, _ in includes_of(text)
            if included.startswith("boost/") and not light.match(included)])

    def test_names_say_something(self):
        faults = []
        for name in FILES:
            for part in pathlib.PurePath(name).parts:
                stem = part.split(".")[0]
                words = set(re.split(r"[_-]", stem.lower())) & BANNED_WORDS
                if words and stem not in ALLOWED_NAMES:
                    faults.append(f"{name}: {words.pop()!r} says nothing: name what it is")
        kinds = r"class|struct|namespace|enum class"
        declared = re.compile(rf"\b(?:{kinds})\s+(?:\[\[\w+\]\]\s+)?([\w:]+)")
        for name, text in CODE.items():
            for found in declared.finditer(without_comments(text)):
                if found[1] in ALLOWED_NAMES:
                    continue
                words = re.findall(r"[A-Z]?[a-z0-9]+", found[1])
                banned = {word.lower() for word in words} & BANNED_WORDS
                if banned:
                    faults.append(f"{name}: {found[1]}: {banned.pop()!r} says nothing")
                if len(words) > 1 and words[-1] == "Handler":
                    faults.append(f"{name}: {found[1]}: name what it does, not that it handles")
        self.expect_none(faults)

    def test_no_fractions_where_money_is(self):
        faults = []
        for name, text in CODE.items():
            if name in TESTS or name.startswith(tuple(FRACTIONS)):
                continue
            faults += self.find({name: without_comments(text)}, r"\b(double|float)\b",
                                "Won and Points are integers; a reason goes to FRACTIONS")
        self.expect_none(faults)

    def test_no_banned_code(self):
        faults = []
        for pattern, (allowed, instead) in BANNED_CODE.items():
            for name, text in CODE.items():
                if name in TESTS or name.startswith(tuple(allowed)):
                    continue
                if name == "src/core/sql/cases.cpp":  # the cases every database must pass
                    continue
                faults += self.find({name: without_comments(text)}, pattern, "use " + instead)
        self.expect_none(faults)

    def test_described_structs_are_whole(self):
        faults = []
        for name, text in CODE.items():
            # tests/events_test.cpp asserts it of every message.
            if not name.startswith("src/") or name in TESTS or name.endswith("/messages.hpp"):
                continue
            folder = str(pathlib.PurePath(name).parent) + "/"
            asserted = {struct for other, found in CODE.items() if other.startswith(folder)
                        for struct in re.findall(r"json::whole<(\w+)>", found)}
            faults += [f"{name}: static_assert(json::whole<{struct}>) after its description"
                       for struct in re.findall(r"BOOST_DESCRIBE_STRUCT\(\s*(\w+)", text)
                       if struct not in asserted]
        self.expect_none(faults)

    def test_every_source_is_built_and_every_header_used(self):
        lists = {name: text for name, text in TEXTS.items() if name.endswith("CMakeLists.txt")}
        lists["cmake/library.cmake"] = TEXTS["cmake/library.cmake"]
        faults = []
        for name in CODE:
            if name.endswith(".cpp"):
                file = pathlib.PurePath(name)
                named = any(re.search(rf"(?<![\w/]){re.escape(shown)}\b", text)
                            for text in lists.values()
                            for shown in (file.name, f"{file.parent.name}/{file.name}"))
                if not named and name != "tests/main.cpp":
                    faults.append(f"{name}: is in no CMakeLists.txt")
        used = {target_of(name, included) for name, text in CODE.items()
                for _, included, own in includes_of(text) if own}
        faults += [f"{name}: nobody includes it" for name in CODE
                   if name.endswith(".hpp") and name not in used]
        self.expect_none(faults)

    def test_the_tree_in_the_page_is_the_tree_on_disk(self):
        page = TEXTS["docs/architecture.md"]
        tree = page.split("## The tree")[1].split("```")[1]
        shown, path = set(), []
        for line in tree.strip().splitlines():
            depth = (len(line) - len(line.lstrip())) // 2
            path = path[:depth] + [line.split()[0]]
            shown.add("/".join(path))
        there = {str(parent) for name in FILES for parent in pathlib.PurePath(name).parents} - {"."}
        self.expect_none(
            [f"{folder}: is not in the tree of docs/architecture.md" for folder in there - shown]
            + [f"{folder}: is gone, but in the tree of docs/architecture.md"
               for folder in shown - there])

    def test_links_lead_somewhere(self):
        faults = []
        for name, text in texts(".md").items():
            for link, anchor in re.findall(r"\]\(([^)#:]+)(?:#([^)]*))?\)", text):
                target = (FILES[name].parent / link).resolve()
                if not target.exists():
                    faults.append(f"{name}: {link} is not there")
                elif anchor and anchor not in anchors(target.read_text()):
                    faults.append(f"{name}: {link} has no heading #{anchor}")
        self.expect_none(faults)

    def test_files_the_page_names_are_there(self):
        faults = []
        for name in re.findall(r"`([\w./]+\.(?:cpp|hpp|py|cmake))`", TEXTS["docs/architecture.md"]):
            known = any(file == name or file.endswith("/" + name) for file in FILES)
            if not known:
                faults.append(f"docs/architecture.md: {name} is gone")
        self.expect_none(faults)

    def test_decisions_are_listed(self):
        index = TEXTS["docs/decisions/README.md"]
        self.expect_none([f"{name}: list it in docs/decisions/README.md" for name in FILES
                          if name.startswith("docs/decisions/0")
                          and f"({pathlib.PurePath(name).name})" not in index])

    def test_both_readmes_show_the_same_commands(self):
        def commands(name):
            blocks = re.findall(r"```sh\n(.*?)```", TEXTS[name], re.S)
            return [line for block in blocks for line in block.splitlines()
                    if not line.startswith("#")]
        self.assertEqual(commands("README.md"), commands("README.ko.md"))


if __name__ == "__main__":
    unittest.main()
