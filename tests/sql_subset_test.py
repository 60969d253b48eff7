"""Every statement stays in the SQL that SQLite, MySQL 8 and MariaDB 10.11 share.

Reads the SQL in the texts of src/ and in the migrations. What only one of them takes belongs into
the files of core/sql that are its own. MySQL itself is not run anywhere: this is what holds it.
"""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[1]

# The dialects themselves, and tests that look behind one of them.
OWN_DIALECT = re.compile(r"src/core/sql/(sqlite|mysql|mariadb|scratch)\w*\.[ch]pp$|_test\.cpp$|"
                         r"src/audit/shop\.hpp$")
LITERAL = r'R"\((?:.|\n)*?\)"|"(?:\\.|[^"\\\n])*"'
# Neighbours are one text for the compiler, and so are the columns a macro puts between them.
LITERALS = re.compile(rf"(?:{LITERAL})(?:(?:\s|\\\n|PAY_\w+)*(?:{LITERAL}))*")
SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE (TABLE|INDEX|UNIQUE)|"
                 r"ALTER TABLE|DROP (TABLE|INDEX)|REPLACE INTO|PRAGMA|WHERE|FROM \w+|JOIN|"
                 r"(ORDER|GROUP) BY|LIMIT|FOR UPDATE)\b")

FORBIDDEN = {
    r"\bRETURNING\b": "MySQL has no RETURNING: ids are made by us",
    r"\bON CONFLICT\b|\bINSERT OR\b": "SQLite's: use sql::upsert",
    r"\bON DUPLICATE KEY\b|\bREPLACE INTO\b|\bINSERT IGNORE\b": "not SQLite's: use sql::upsert",
    r"\bINSERT INTO \w+ SET\b": "SQLite and the standard have VALUES only",
    r"\bVALUES\b.*\bAS new\b|\bVALUES ROW\b": "MySQL's alone",
    r"\bFOR UPDATE\b|\bLOCK IN SHARE MODE\b|\bSKIP LOCKED\b|\bFORCE INDEX\b":
        "use sql::query_locked_in",
    r"\bLIMIT ROWS\b|\bLIMIT [\w?]+\s*,": "write LIMIT n OFFSET m",
    r"\bSEQUENCE\b|\bNEXT VALUE\b|\bNEXTVAL\b": "MariaDB's alone: ids are made by us",
    r"\bSYSTEM VERSIONING\b|\bSYSTEM_TIME\b|\bPERIOD FOR\b": "MariaDB's alone",
    r"\bAUTO_?INCREMENT\b|\browid\b": "ids are made by us",
    r"\|\|": "MySQL takes it for OR: join texts in C++",
    r"\bPRAGMA\b|\bsqlite_\w+|\bATTACH\b|\bVACUUM\b|\bGLOB\b|\bWITHOUT ROWID\b": "SQLite's alone",
    r"\b(printf|strftime|datetime|julianday|unixepoch|ifnull|iif|total|group_concat|concat|"
    r"instr|json_\w+|date_\w+|now|unix_timestamp|if)\s*\(": "not the same in all: do it in C++",
    r"\bINTERSECT\b|\bEXCEPT\b": "MySQL has them only since 8.0.31",
    r"\bFULL (OUTER )?JOIN\b|\bNULLS (FIRST|LAST)\b|\bILIKE\b|\bDISTINCT ON\b": "not MySQL's",
    r"\b(CREATE (UNIQUE )?INDEX|ADD COLUMN|DROP COLUMN) IF\b": "not MySQL's",
    r"\bDROP INDEX\b": "MySQL wants ON table, SQLite does not take it",
    r"\bUPDATE \w+ (AS \w+ )?(INNER |LEFT )?JOIN\b|\bUPDATE \w+ SET\b[^()]*\bFROM\b":
        "an UPDATE of one table alone is the same in all",
    r"`|\[\w+\]": "names need no quotes",
    r'"': "MySQL takes it for a text, SQLite for a name",
    r"\\": "a backslash escapes in MySQL, and does not in SQLite",
    r"::": "not MySQL's",
}

IN_SCHEMA = {
    r"\b(DATETIME|TIMESTAMP|DATE|TIME|YEAR)\b": "times are BIGINT milliseconds",
    r"\b(FLOAT|DOUBLE|REAL|DECIMAL|NUMERIC)\b": "amounts are BIGINT",
    r"\b(INT|INTEGER|TINYINT|BOOLEAN|BOOL|SERIAL|ENUM|JSON|BLOB|UUID|INET6|NUMBER)\b":
        "write BIGINT or VARCHAR(n)",
    r"\bENGINE\b|\bCHARSET\b|\bCOLLATE\b": "the database says it for all its tables",
    r"\bTEXT\b[^,]*\bDEFAULT\b": "MySQL has no default of a TEXT",
    r"\b(FOREIGN KEY|REFERENCES|TRIGGER|PROCEDURE|CHECK)\b": "the rules say it",
    r"\bVARCHAR(?!\s*\(\d+\))": "a VARCHAR says its length",
}

# A key may have 3072 bytes, which are 768 characters of four.
KEY_CHARACTERS = 768

# Of MySQL 8.0 and 8.4 and of MariaDB 10.11.
RESERVED = set("""
accessible add all alter analyze and as asc asensitive before between bigint binary blob both by
call cascade case change char character check collate column condition constraint continue convert
create cross cube cume_dist current_date current_role current_time current_timestamp current_user
cursor database databases day_hour day_microsecond day_minute day_second dec decimal declare
default delayed delete delete_domain_id dense_rank desc describe deterministic distinct distinctrow
div do_domain_ids double drop dual each else elseif empty enclosed escaped except exists exit
explain false fetch first_value float float4 float8 for force foreign from fulltext function
generated get grant group grouping groups having high_priority hour_microsecond hour_minute
hour_second if ignore ignore_domain_ids ignore_server_ids in index infile inner inout insensitive
insert int int1 int2 int3 int4 int8 integer intersect interval into io_after_gtids io_before_gtids
is iterate join json_table key keys kill lag last_value lateral lead leading leave left like limit
linear lines load localtime localtimestamp lock long longblob longtext loop low_priority manual
master_bind master_heartbeat_period master_ssl_verify_server_cert match maxvalue mediumblob
mediumint mediumtext middleint minute_microsecond minute_second mod modifies natural
no_write_to_binlog not nth_value ntile null numeric of offset on optimize optimizer_costs option
optionally or order out outer outfile over page_checksum parallel parse_vcol_expr partition
percent_rank precision primary procedure purge qualify range rank read read_write reads real
recursive ref_system_id references regexp release rename repeat replace require resignal restrict
return returning revoke right rlike row row_number rows schema schemas second_microsecond select
sensitive separator set show signal slow smallint spatial specific sql sql_big_result
sql_calc_found_rows sql_small_result sqlexception sqlstate sqlwarning ssl starting stats_auto_recalc
stats_persistent stats_sample_pages stored straight_join system table tablesample terminated then
tinyblob tinyint tinytext to trailing trigger true undo union unique unlock unsigned update usage
use using utc_date utc_time utc_timestamp values varbinary varchar varcharacter varying virtual when
where while window with write xor year_month zerofill
""".split())


def unescaped(literal):
    if literal.startswith("R"):
        return literal[3:-2]
    return literal[1:-1].replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")


def statements_of(source):
    """(line, text) of each text of a C++ source that is, or is part of, a statement."""
    code = re.sub(r"//[^\n]*", "", source)
    for found in LITERALS.finditer(code):
        text = "".join(unescaped(one) for one in re.findall(LITERAL, found[0]))
        if SQL.search(text):
            yield code.count("\n", 0, found.start()) + 1, text


def faults_of(statement, schema=False):
    text = re.sub(r"--[^\n]*", "", statement)
    faults = []
    if re.search(r"'[^']*\\[^']*'", text):
        faults.append("a backslash in a text: MySQL takes it for an escape")
    text = re.sub(r"'[^']*'", "''", text)  # what a text says is its own affair
    rules = [(FORBIDDEN, re.I | re.S)] + [(IN_SCHEMA, 0)] * schema
    for patterns, flags in rules:
        for pattern, advice in patterns.items():
            found = re.search(pattern, text, flags)
            if found:
                faults.append(f"{found[0]!r}: {advice}")
    # Keywords are written large, names small.
    for word in re.findall(r"\b[a-z_]\w*\b(?!\s*\()", text):
        if word in RESERVED:
            faults.append(f"{word!r} is a reserved word: name it otherwise, or write it large")
    return faults


def key_faults(schema):
    """Keys that are too long for InnoDB."""
    faults = []
    text = re.sub(r"--[^\n]*", "", schema)
    widths = {}
    for table, body in re.findall(r"CREATE TABLE (\w+) \((.*?)\n\);", text, re.S):
        for column, kind in re.findall(r"^\s*(\w+) (VARCHAR\(\d+\)|BIGINT|TEXT)", body, re.M):
            number = re.search(r"\d+", kind)
            widths[table, column] = int(number[0]) if number else 2 if kind == "BIGINT" else 10**6
        keys = [columns.split(",") for columns in re.findall(r"PRIMARY KEY \(([^)]*)\)", body)]
        keys += [[column] for column in re.findall(r"^\s*(\w+) [^,\n]*PRIMARY KEY", body, re.M)]
        faults += [f"a primary key of {table} is too long" for key in keys
                   if sum(widths[table, column.strip()] for column in key) > KEY_CHARACTERS]
    for name, table, columns in re.findall(r"INDEX (\w+) ON (\w+) \(([^)]*)\)", text):
        width = sum(widths.get((table, column.strip()), 2) for column in columns.split(","))
        if width > KEY_CHARACTERS:
            faults.append(f"the index {name} is too long")
    return faults


class SqlSubset(unittest.TestCase):
    def expect_none(self, faults):
        self.assertFalse(faults, "\n" + "\n".join(faults))

    def test_statements_in_the_code(self):
        faults, seen = [], 0
        for path in sorted([*ROOT.glob("src/**/*.cpp"), *ROOT.glob("src/**/*.hpp")]):
            name = str(path.relative_to(ROOT))
            if OWN_DIALECT.search(name):
                continue
            for line, statement in statements_of(path.read_text(encoding="utf-8")):
                seen += 1
                faults += [f"{name}:{line}: {fault}" for fault in faults_of(statement)]
        self.expect_none(faults)
        self.assertGreater(seen, 60, "the statements were not found")

    def test_migrations(self):
        faults = []
        files = sorted(ROOT.glob("src/**/schema/*.sql"))
        for path in files:
            if path.name.endswith((".sqlite.sql", ".mysql.sql")):
                continue
            schema = path.read_text(encoding="utf-8")
            faults += [f"{path.relative_to(ROOT)}: {fault}"
                       for fault in faults_of(schema, schema=True) + key_faults(schema)]
        self.expect_none(faults)
        self.assertGreater(len(files), 7, "the migrations were not found")

    def test_what_one_of_them_does_not_take_is_found(self):
        for bad in ("INSERT INTO t (id) VALUES (?) RETURNING id", "SELECT a || b FROM t",
                    "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING", "INSERT INTO t SET id = 1",
                    "INSERT INTO t VALUES (1) AS new ON DUPLICATE KEY UPDATE id = new.id",
                    "SELECT id FROM t LIMIT 1, 2", "SELECT rank FROM t", "SELECT id AS key FROM t",
                    "SELECT NEXTVAL(s)", "DROP INDEX a", "SELECT \"id\" FROM t", "PRAGMA x",
                    "SELECT id FROM t WHERE id = 'a\\'b'", "UPDATE t SET a = b.a FROM b",
                    "SELECT id FROM t FOR UPDATE", "SELECT id FROM t FOR SYSTEM_TIME ALL",
                    "CREATE INDEX IF NOT EXISTS a ON t (b)", "SELECT printf('%d', a) FROM t"):
            self.assertTrue(faults_of(bad), bad)
        for bad in ("CREATE TABLE t (a DATETIME)", "CREATE TABLE t (a TEXT DEFAULT '')",
                    "CREATE TABLE t (a VARCHAR)", "CREATE TABLE t (rows BIGINT)"):
            self.assertTrue(faults_of(bad, schema=True), bad)
        long_key = "CREATE TABLE t (\n    a VARCHAR(700) NOT NULL,\n    b VARCHAR(69),\n" \
                   "    PRIMARY KEY (a, b)\n);\nCREATE INDEX x ON t (b, a);"
        self.assertEqual(len(key_faults(long_key)), 2)
        self.assertEqual(len(key_faults("CREATE TABLE t (\n    a TEXT PRIMARY KEY\n);")), 1)

    def test_what_all_take_is_let_be(self):
        for good in ("SELECT id, COUNT(*) FROM t WHERE a = 'rank || key' GROUP BY id LIMIT ?",
                     "UPDATE t SET a = (SELECT MAX(b) FROM s) WHERE id IN (?, ?)",
                     "SELECT CASE WHEN a IS NULL THEN 0 ELSE coalesce(a, b) END FROM t"):
            self.assertEqual(faults_of(good), [], good)

    def test_texts_are_put_together_as_the_compiler_does(self):
        source = '#define PAY_COLUMNS "a, " \\\n    "b"\nf("SELECT " PAY_COLUMNS " FROM t "\n' \
                 '  "WHERE a = ?"); // "SELECT rank"\ng(R"(\nSELECT c\n)"); h("no statement");'
        self.assertEqual([text for _, text in statements_of(source)],
                         ["SELECT  FROM t WHERE a = ?", "\nSELECT c\n"])


if __name__ == "__main__":
    unittest.main()
