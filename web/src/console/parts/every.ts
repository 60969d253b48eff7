import { useEffect, useRef } from "preact/hooks";
import { useHidden } from "../../frame/hidden.ts";
import type { Again } from "../../frame/load.ts";

/**
 * Loads anew while `on` and the page is looked at, and as soon as it is again. Never while it is under way:
 * an answer that takes longer than `ms` would be given up each time, and never come. True: it is paused.
 */
export function useEvery(ms: number, loaded: Again, on = true): boolean {
  const hidden = useHidden();
  const latest = useRef(loaded);
  latest.current = loaded;
  const was = useRef(hidden);
  useEffect(() => {
    const back = was.current && !hidden;
    was.current = hidden;
    if (hidden || !on) return;
    const load = () => {
      if (!latest.current.busy) latest.current.again();
    };
    if (back) load();
    const timer = setInterval(load, ms);
    return () => clearInterval(timer);
  }, [ms, on, hidden]);
  return on && hidden;
}
