import { useCallback, useEffect, useState } from "preact/hooks";
import { ProblemError } from "payments-client";
import { useLanguage } from "./language.ts";

/** Of whatever is loaded: whether it is under way, and a way to load it anew, which gives up one under way. */
export interface Again {
  busy: boolean;
  again: () => void;
}

export type Loaded<T> =
  | { state: "loading"; value: T | null }
  | { state: "ready"; value: T }
  | { state: "failed"; value: T | null; problem: ProblemError };

/**
 * Loads now, and again when `keys` or the language change (the server, too, speaks it) or `again` is called;
 * the last value stays meanwhile.
 */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, keys: readonly unknown[]): Loaded<T> & Again {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: "loading", value: null });
  const [turn, setTurn] = useState(0);
  const language = useLanguage();
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
  }, [...keys, language, turn]);
  return { ...loaded, busy: loaded.state === "loading", again: useCallback(() => setTurn((count) => count + 1), []) };
}
