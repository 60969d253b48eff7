import { useEffect, useState } from "preact/hooks";

/** Whether nobody looks at the page: it is in another tab, or behind an app. */
export function useHidden(): boolean {
  const [hidden, setHidden] = useState(document.hidden);
  useEffect(() => {
    const tell = () => setHidden(document.hidden);
    document.addEventListener("visibilitychange", tell);
    return () => document.removeEventListener("visibilitychange", tell);
  }, []);
  return hidden;
}
