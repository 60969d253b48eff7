// src/schema.ts is what the document generates.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("..", import.meta.url));

test("the types are those of docs/openapi.json", () => {
  const folder = mkdtempSync(join(tmpdir(), "payments-schema-"));
  try {
    const fresh = join(folder, "schema.ts");
    execFileSync(join(here, "node_modules/.bin/openapi-typescript"),
      [join(here, "../../docs/openapi.json"), "--output", fresh, "--alphabetize=false"], { stdio: "ignore" });
    assert.ok(readFileSync(fresh, "utf8") === readFileSync(join(here, "src/schema.ts"), "utf8"),
      "docs/openapi.json has changed; type: (cd clients/typescript && npm run generate)");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
