import { useEffect, useRef, useState } from "preact/hooks";
import { useTexts } from "../../frame/language.ts";
import { Note } from "../../frame/notice.tsx";
import type { Tone } from "../../frame/tone.ts";
import { consoleTexts } from "../texts/console.ts";

interface News {
  text: string;
  tone: Tone;
  turn: number;
}

const shownAtLeastMs = 1_000;
let show: ((news: News) => void) | null = null;
let turn = 0;

/** Tells what came of something, in a corner, until the next, the next view, or until it is dismissed; read out. */
export function tell(text: string, tone: Tone = "good"): void {
  turn += 1;
  show?.({ text, tone, turn });
}

/** Where it is told: once on the page. */
export function Told() {
  const texts = useTexts(consoleTexts);
  const [news, setNews] = useState<News | null>(null);
  const since = useRef(0);
  useEffect(() => {
    show = (news) => {
      since.current = performance.now();
      setNews(news);
    };
    // What was told in one view is over in the next, but for what led there.
    const elsewhere = () => {
      if (performance.now() - since.current > shownAtLeastMs) setNews(null);
    };
    addEventListener("hashchange", elsewhere);
    return () => {
      show = null;
      removeEventListener("hashchange", elsewhere);
    };
  }, []);
  return (
    <div class="told" role="status" aria-live="polite">
      {news ? (
        <Note key={news.turn} tone={news.tone}>
          <p>{news.text}</p>
          <button type="button" class="bare" aria-label={texts.dismiss} onClick={() => setNews(null)}>✕</button>
        </Note>
      ) : null}
    </div>
  );
}
