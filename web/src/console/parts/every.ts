import { useEffect, useRef, useState } from "preact/hooks";

function useHidden(): boolean {
  const [hidden, setHidden] = useState(document.hidden);
  useEffect(() => {
    const tell = () => setHidden(document.hidden);
    document.addEventListener("visibilitychange", tell);
    return () => document.removeEventListener("visibilitychange", tell);
  }, []);
  return hidden;
}

/** Calls again and again while `on` and the page is looked at, and as soon as it is again. True: it is paused. */
export function useEvery(ms: number, call: () => void, on = true): boolean {
  const hidden = useHidden();
  const latest = useRef(call);
  latest.current = call;
  const was = useRef(hidden);
  useEffect(() => {
    const back = was.current && !hidden;
    was.current = hidden;
    if (hidden || !on) return;
    if (back) latest.current();
    const timer = setInterval(() => latest.current(), ms);
    return () => clearInterval(timer);
  }, [ms, on, hidden]);
  return on && hidden;
}
