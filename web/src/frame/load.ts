import { useCallback, useEffect, useState } from "preact/hooks";
import { ProblemError } from "payments-client";

export type Loaded<T> =
  | { state: "loading"; value: T | null }
  | { state: "ready"; value: T }
  | { state: "failed"; value: T | null; problem: ProblemError };

/** Loads now, and again when `keys` change or `again` is called; the last value stays meanwhile. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, keys: readonly unknown[]): Loaded<T> & { again: () => void } {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: "loading", value: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    setLoaded((before) => ({ state: "loading", value: before.value }));
    load(stop.signal).then(
      (value) => stop.signal.aborted || setLoaded({ state: "ready", value }),
      (failure: unknown) => {
        if (stop.signal.aborted) return;
        const problem = ProblemError.of(failure);
        setLoaded((before) => ({ state: "failed", value: before.value, problem }));
      },
    );
    return () => stop.abort();
  }, [...keys, turn]);
  return { ...loaded, again: useCallback(() => setTurn((count) => count + 1), []) };
}
