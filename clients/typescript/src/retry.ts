import { backOffMs, pause, retryAfterMs } from "./pause.ts";

export type Fetch = (request: Request) => Promise<Response>;

const firstPauseMs = 250;
const longestPauseMs = 8_000;
const longestRetryAfterMs = 30_000;

/** Whether the same request may be sent again: it changes nothing, or its key makes it one request. */
function repeatable(request: Request): boolean {
  return request.method === "GET" || request.method === "HEAD" || request.headers.has("Idempotency-Key");
}

/** Whether the same request may succeed later: the server cannot now, or still works on the first. */
async function passing(response: Response): Promise<boolean> {
  if ([429, 503, 504].includes(response.status)) return true;
  if (response.status !== 409) return false;
  const problem = (await response.clone().json().catch(() => null)) as { code?: unknown } | null;
  return problem?.code === "IDEMPOTENCY_IN_PROGRESS";
}

/** Sends what can be repeated up to `retries` times more, when the server or the network asks for it. */
export function retrying(send: Fetch, retries: number): Fetch {
  return async (request) => {
    for (let attempt = 1; ; ++attempt) {
      const last = attempt > retries || !repeatable(request);
      let wait = backOffMs(attempt, firstPauseMs, longestPauseMs);
      try {
        const response = await send(last ? request : request.clone());
        if (last || !(await passing(response))) return response;
        const told = retryAfterMs(response.headers);
        if (told !== null && told > longestRetryAfterMs) return response;
        wait = Math.max(wait, told ?? 0);
        await response.body?.cancel();
      } catch (failure) {
        if (last || request.signal.aborted) throw failure;
      }
      await pause(wait, request.signal);
    }
  };
}
