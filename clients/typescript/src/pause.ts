/** Resolves after `ms`; rejects with the signal's reason once it is aborted. */
export function pause(ms: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const give = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", give);
      resolve();
    }, ms);
    signal?.addEventListener("abort", give, { once: true });
  });
}

/** How long to wait before attempt `number` (1: the first repeat): doubled each time, and never the
 * same for two callers, so that those who failed together do not come back together. */
export function backOffMs(number: number, firstMs: number, longestMs: number): number {
  const full = Math.min(longestMs, firstMs * 2 ** (number - 1));
  return full / 2 + Math.random() * (full / 2);
}

/** The answer's Retry-After, in seconds or as a date. Null: it has none. */
export function retryAfterMs(headers: Headers): number | null {
  const told = headers.get("retry-after");
  if (told === null) return null;
  if (/^\d+$/.test(told)) return Number(told) * 1000;
  const at = Date.parse(told);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}
