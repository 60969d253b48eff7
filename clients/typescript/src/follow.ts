import type { Client } from "openapi-fetch";
import type { components, paths } from "./schema.ts";
import { ProblemError } from "./problem.ts";

type Order = components["schemas"]["Order"];

const finals = new Set(["SUCCESS", "FAIL", "CANCELED", "EXPIRED"]);
const firstPauseMs = 500;
const longestPauseMs = 10_000;

/** The `data:` of each event of a text/event-stream; comments and other fields are left out. */
export async function* eventData(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let waiting = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      waiting += decoder.decode(value, { stream: true });
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

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}

/** Follows the order's stream until it is final; opens it again when it breaks. */
export async function followOrder(
  client: Client<paths>, id: string, changed: (order: Order) => void, signal?: AbortSignal,
): Promise<Order> {
  let version = 0;
  for (let wait = firstPauseMs; ; wait = Math.min(wait * 2, longestPauseMs)) {
    try {
      const { response, error } = await client.GET("/v1/orders/{id}/stream", {
        params: { path: { id } }, parseAs: "stream", ...(signal ? { signal } : {}),
      });
      if (error && response.status < 500 && response.status !== 429) {
        throw new ProblemError(response.status, error as never, response.headers.get("x-request-id"));
      }
      if (response.ok && response.body) {
        for await (const text of eventData(response.body)) {
          const order = JSON.parse(text) as Order;
          wait = firstPauseMs;
          if (order.version > version) changed(order);
          version = order.version;
          if (finals.has(order.status)) return order;
        }
      }
    } catch (failure) {
      if (failure instanceof ProblemError || signal?.aborted) throw failure;
    }
    await pause(wait, signal);
  }
}
