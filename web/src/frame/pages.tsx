import { ProblemError } from "payments-client";
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { useLanguage, useTexts } from "./language.ts";
import type { Again } from "./load.ts";
import { Notice } from "./notice.tsx";
import { frameTexts } from "./texts/index.ts";

interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

/** A list that is loaded page by page. */
export interface Pages<T> extends Again {
  items: T[] | null;
  problem: ProblemError | null;
  /** Loads the next page; null: this is all. */
  more: (() => void) | null;
}

/** Loads the first page now, and anew when `keys` or the language change or `again` is called. */
export function usePages<T>(
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>, keys: readonly unknown[],
): Pages<T> {
  const [items, setItems] = useState<T[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [busy, setBusy] = useState(true);
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const [turn, setTurn] = useState(0);
  const under = useRef<AbortController | null>(null);
  const language = useLanguage();

  const fetchPage = async (cursor: string | undefined) => {
    under.current?.abort();
    const stop = under.current = new AbortController();
    setBusy(true);
    setProblem(null);
    try {
      const page = await load(cursor, stop.signal);
      if (stop.signal.aborted) return;
      setItems((before) => (cursor === undefined ? page.data : [...(before ?? []), ...page.data]));
      setNext(page.next_cursor);
    } catch (failure) {
      if (stop.signal.aborted) return;
      setProblem(ProblemError.of(failure));
    }
    setBusy(false);
  };
  useEffect(() => {
    setItems(null);
    setNext(null);
    void fetchPage(undefined);
    return () => under.current?.abort();
  }, [...keys, language]);
  useEffect(() => {
    if (turn > 0) void fetchPage(undefined);
  }, [turn]);
  return {
    items, busy, problem,
    more: next === null ? null : () => void fetchPage(next),
    again: useCallback(() => setTurn((count) => count + 1), []),
  };
}

/** Shows a list with what belongs to it: that it loads, is empty, failed, or has more. */
export function Listing<T>(props: {
  pages: Pages<T>;
  empty: ComponentChildren;
  children: (items: T[]) => ComponentChildren;
}) {
  const texts = useTexts(frameTexts);
  const { items, busy, problem, more, again } = props.pages;
  return (
    <div aria-busy={busy} class="listing">
      {items === null && busy ? <Loading /> : null}
      {items !== null && items.length > 0 ? props.children(items) : null}
      {items !== null && items.length === 0 ? <Empty>{props.empty}</Empty> : null}
      {problem ? <Notice problem={problem} again={items !== null && more ? more : again} /> : null}
      {items !== null && more && !problem ? (
        <button type="button" class="secondary more" disabled={busy} onClick={more}>
          {busy ? texts.loading : texts.more}
        </button>
      ) : null}
    </div>
  );
}

export function Loading() {
  return <p class="loading" role="status">{useTexts(frameTexts).loading}</p>;
}

export function Empty(props: { children: ComponentChildren }) {
  return <div class="empty">{props.children}</div>;
}
