import { ProblemError } from "payments-client";
import { useLoad } from "./load.ts";
import type { Setup } from "./session.ts";

let known: Promise<Setup> | null = null;

async function fetchSetup(): Promise<Setup> {
  let answer: Response;
  try {
    answer = await fetch("/v1/setup");
  } catch (failure) {
    throw new ProblemError(0, null, null, failure);
  }
  if (!answer.ok) throw new ProblemError(answer.status, null, answer.headers.get("x-request-id"));
  return (await answer.json()) as Setup;
}

/** What the server says of itself; asked for once. */
export function setup(): Promise<Setup> {
  known ??= fetchSetup().catch((failure: unknown) => {
    known = null;
    throw failure;
  });
  return known;
}

export function useSetup() {
  return useLoad(setup, []);
}
