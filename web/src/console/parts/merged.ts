import { ProblemError } from "payments-client";
import type { Page } from "../types.ts";

/** Where each source goes on; null: it has no more. */
type Places = Record<string, { cursor: string | null; rest: unknown[] }>;

const empty: Page<never> = { data: [], next_cursor: null };

/**
 * One page of several lists that are each newest first, in the order of their times. Its cursor holds
 * where each of them goes on and what of it was not shown yet. A source the server does not have is left out.
 */
export async function merged<T extends { at: string }, S extends string>(
  cursor: string | undefined, sources: readonly S[], load: (source: S, cursor: string | undefined) => Promise<Page<T>>,
): Promise<Page<T>> {
  const before = cursor ? (JSON.parse(cursor) as Places) : null;
  const pages = await Promise.all(sources.map(async (source): Promise<Page<T>> => {
    const place = before?.[source];
    if (place?.rest.length) return { data: place.rest as T[], next_cursor: place.cursor };
    if (place && place.cursor === null) return empty;
    return load(source, place?.cursor ?? undefined).catch((failure: unknown) => {
      if (failure instanceof ProblemError && failure.status === 404) return empty;
      throw failure;
    });
  }));
  // Below the last entry of a list that goes on, there may be newer ones than another list's next.
  const floor = pages.filter((page) => page.next_cursor !== null).map((page) => page.data.at(-1)?.at ?? "")
    .reduce((least, at) => (at > least ? at : least), "");
  const shown = pages.flatMap((page) => page.data.filter((row) => row.at >= floor));
  const after: Places = {};
  sources.forEach((source, index) => {
    const { data, next_cursor } = pages[index]!;
    after[source] = { cursor: next_cursor, rest: data.filter((row) => row.at < floor) };
  });
  const over = Object.values(after).every((place) => place.cursor === null && place.rest.length === 0);
  return { data: shown.sort((a, b) => b.at.localeCompare(a.at)), next_cursor: over ? null : JSON.stringify(after) };
}
