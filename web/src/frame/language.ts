import { useEffect, useState } from "preact/hooks";

export type Language = "ko" | "en";

const kept = "payments.language";
const listeners = new Set<() => void>();

function first(): Language {
  const chosen = localStorage.getItem(kept);
  if (chosen === "ko" || chosen === "en") return chosen;
  return navigator.language.toLowerCase().startsWith("ko") || !navigator.language ? "ko" : "en";
}

let current = first();

export function language(): Language {
  return current;
}

export function setLanguage(chosen: Language): void {
  current = chosen;
  localStorage.setItem(kept, chosen);
  document.documentElement.lang = chosen;
  for (const tell of listeners) tell();
}

/** The language shown; whoever uses it is drawn again when it changes. */
export function useLanguage(): Language {
  const [, draw] = useState(0);
  useEffect(() => {
    const tell = () => draw((count) => count + 1);
    listeners.add(tell);
    return () => void listeners.delete(tell);
  }, []);
  return current;
}

/** A dictionary's texts in the language shown. Both languages have the same keys by type. */
export function useTexts<T>(texts: Record<Language, T>): T {
  return texts[useLanguage()];
}

document.documentElement.lang = current;
