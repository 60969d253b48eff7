// Seoul's days and hours, wherever the operator sits: there is no summer time there.
const offsetMs = 9 * 3_600_000;
const dayMs = 86_400_000;

/** The beginning of a Seoul day, `back` days before that of a moment. */
export function dayStart(at: Date, back = 0): Date {
  const days = Math.floor((at.getTime() + offsetMs) / dayMs) - back;
  return new Date(days * dayMs - offsetMs);
}

/** What an <input type="datetime-local"> holds, taken as Seoul's time; nothing if it is empty. */
export function fromField(text: string): string | undefined {
  return text ? new Date(`${text}${text.length === 16 ? ":00" : ""}+09:00`).toISOString() : undefined;
}

/** "2026-03-01" in Seoul. */
export function dayName(at: Date): string {
  return new Date(at.getTime() + offsetMs).toISOString().slice(0, 10);
}

/** "03-01 15:00" in Seoul, or "03-01" of a day. */
export function tick(at: Date, by: "hour" | "day"): string {
  const text = new Date(at.getTime() + offsetMs).toISOString();
  return by === "day" ? text.slice(5, 10) : `${text.slice(5, 10)} ${text.slice(11, 16)}`;
}
