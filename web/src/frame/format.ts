import type { Language } from "./language.ts";

const locales = { ko: "ko-KR", en: "en-GB" } as const;

export function won(amount: number, language: Language): string {
  const digits = amount.toLocaleString("en-US");
  return language === "ko" ? `${digits}원` : `₩${digits}`;
}

export function points(count: number, language: Language): string {
  return `${count.toLocaleString("en-US")}${language === "ko" ? "포인트" : count === 1 ? " point" : " points"}`;
}

/** Times are shown in Seoul's, wherever the reader is: books are kept by its days. */
export function time(text: string, language: Language, style: "day" | "minute" | "millisecond" = "minute"): string {
  const options: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeZone: "Asia/Seoul" };
  if (style === "minute") options.timeStyle = "short";
  if (style === "millisecond") {
    return new Intl.DateTimeFormat(locales[language], {
      timeZone: "Asia/Seoul", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
      second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23",
    }).format(new Date(text));
  }
  return new Intl.DateTimeFormat(locales[language], options).format(new Date(text));
}
