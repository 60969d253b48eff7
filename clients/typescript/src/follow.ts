import type { Client } from "openapi-fetch";
import { backOffMs, pause, retryAfterMs } from "./pause.ts";
import { ProblemError, type Problem } from "./problem.ts";
import type { components, paths } from "./schema.ts";

type Order = components["schemas"]["Order"];

const finals: ReadonlySet<string> = new Set(["SUCCESS", "FAIL", "CANCELED", "EXPIRED"]);
const firstPauseMs = 500;
const longestPauseMs = 10_000;
/** The server says something every 15 s: a line that is silent for longer than this is dead. */
const longestSilenceMs = 40_000;

/** The `data:` of each event of a text/event-stream; comments and other fields are left out. */
export async function* eventData(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let waiting = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      waiting = (waiting + decoder.decode(value, { stream: true })).replaceAll("\r\n", "\n");
      for (let end = waiting.indexOf("\n\n"); end >= 0; end = waiting.indexOf("\n\n")) {
        const lines = waiting.slice(0, end).split("\n");
        waiting = waiting.slice(end + 2);
        const data = lines.filter((line) => line.startsWith("data:"));
        if (data.length > 0) yield data.map((line) => line.slice(5).trimStart()).join("\n");
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The same stream, which calls `alive` for each piece of it. */
function watched(body: ReadableStream<Uint8Array>, alive: () => void): ReadableStream<Uint8Array> {
  return body.pipeThrough(new TransformStream({
    transform(piece, out) {
      alive();
      out.enqueue(piece);
    },
  }));
}

/** One connection, to its end. Gives the final order, or how long to wait before the next. */
async function read(
  client: Client<paths>, id: string, changed: (order: Order) => void, stop: AbortController,
): Promise<Order | number> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stop.abort(new Error("the line is dead")), longestSilenceMs);
  };
  try {
    const { response, error } = await client.GET("/v1/orders/{id}/stream", {
      params: { path: { id } }, parseAs: "stream", signal: stop.signal,
    });
    if (!response.ok || !response.body) {
      if (response.status < 500 && response.status !== 429) {
        const problem = error && typeof error === "object" && "code" in error ? (error as Problem) : null;
        throw new ProblemError(response.status, problem, response.headers.get("x-request-id"));
      }
      return retryAfterMs(response.headers) ?? 0;
    }
    alive();
    for await (const text of eventData(watched(response.body, alive))) {
      const order = JSON.parse(text) as Order;
      changed(order);
      if (finals.has(order.status)) return order;
    }
    return 0;
  } finally {
    clearTimeout(timer);
  }
}

/** Follows the order's stream until it is final; opens it again when it breaks. What `changed` throws
 * is thrown, and so is what the server says that no repeat would mend. */
export async function followOrder(
  client: Client<paths>, id: string, changed: (order: Order) => void, signal?: AbortSignal,
): Promise<Order> {
  let version = 0;
  let refused: { failure: unknown } | null = null;
  for (let attempt = 1; ; ++attempt) {
    let least = 0;
    const stop = new AbortController();
    const give = () => stop.abort(signal!.reason);
    signal?.addEventListener("abort", give, { once: true });
    try {
      signal?.throwIfAborted();
      const told = await read(client, id, (order) => {
        attempt = 1;
        if (order.version <= version) return;
        version = order.version;
        try {
          changed(order);
        } catch (failure) {
          refused = { failure };
          throw failure;
        }
      }, stop);
      if (typeof told !== "number") return told;
      least = told;
    } catch (failure) {
      if (failure instanceof ProblemError || refused || signal?.aborted) throw failure;
    } finally {
      signal?.removeEventListener("abort", give);
    }
    await pause(Math.max(least, backOffMs(attempt, firstPauseMs, longestPauseMs)), signal);
  }
}
