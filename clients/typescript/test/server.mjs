// A `payments serve` for the tests of one file, on free ports and a folder of its own.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const executable = process.env.PAYMENTS_EXECUTABLE ?? join(root, "build/payments");

const endings = [];
after(async () => {
  for (const end of endings) await end();
});

export async function start() {
  const folder = await mkdtemp(join(tmpdir(), "payments-client-"));
  const server = spawn(executable, [
    "serve", "--listen", "127.0.0.1:0", "--sandbox-listen", "127.0.0.1:0", "--db", `sqlite:${folder}/data`,
  ], { stdio: ["ignore", "pipe", "pipe"] });
  process.once("exit", () => server.kill("SIGKILL"));
  endings.push(async () => {
    const exit = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await exit;
    await rm(folder, { recursive: true, force: true });
  });
  // Read to its end: a server that cannot write its log any more is stopped by that.
  const told = createInterface({ input: server.stderr });
  const sandbox = new Promise((resolve) => told.on("line", (line) => {
    const found = /sandbox is hosted here.*?(http:[\d./:]+)/.exec(line);
    if (found) resolve(found[1]);
  }));
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.startsWith("ready ")) return { url: line.slice("ready ".length), sandboxUrl: await sandbox };
  }
  throw new Error("payments ended before it was ready");
}

export async function token(user, role = "user") {
  return (await promisify(execFile)(executable, ["token", "--user", user, "--role", role])).stdout.trim();
}

/** As if a person had paid in the browser; the receipt's id. */
export async function pay(sandboxUrl, order) {
  const answer = await fetch(`${sandboxUrl}/sandbox/pay`, {
    method: "POST",
    body: JSON.stringify({
      order_id: order.id, price: order.amount, user_id: order.user_id, separately_confirmed: true,
    }),
  });
  assert.equal(answer.status, 201);
  return (await answer.json()).receipt_id;
}
