import { useEffect, useState } from "preact/hooks";
import { api } from "./session.ts";

let online = true;
const listeners = new Set<() => void>();

function tell(reached: boolean): void {
  if (reached === online) return;
  online = reached;
  for (const listener of listeners) listener();
}

api.use({
  onResponse() {
    tell(true);
    return undefined;
  },
  onError({ error }) {
    if (!(error instanceof DOMException && error.name === "AbortError")) tell(false);
    return undefined;
  },
});

/** Whether the last call reached the server. */
export function useOnline(): boolean {
  const [, draw] = useState(0);
  useEffect(() => {
    const changed = () => draw((count) => count + 1);
    listeners.add(changed);
    return () => void listeners.delete(changed);
  }, []);
  return online;
}
