import type { components } from "./schema.ts";

export type Problem = components["schemas"]["Problem"];
export type ProblemCode = components["schemas"]["ErrorCode"] | "NETWORK" | "UNKNOWN";

/** What the server answered instead of what was asked for (RFC 9457), or that it did not answer. */
export class ProblemError extends Error {
  /** HTTP status; 0: no answer came. */
  readonly status: number;
  /** Stable; "NETWORK" if no answer came, "UNKNOWN" if something else than the API answered. */
  readonly code: ProblemCode;
  readonly problem: Problem | null;
  /** For the logs of the server. */
  readonly requestId: string | null;

  constructor(status: number, problem: Problem | null, requestId: string | null, cause?: unknown) {
    super(problem?.detail ?? problem?.title ?? (status === 0 ? "no answer came" : `HTTP ${status}`), { cause });
    this.name = "ProblemError";
    this.status = status;
    this.code = problem?.code ?? (status === 0 ? "NETWORK" : "UNKNOWN");
    this.problem = problem;
    this.requestId = requestId;
  }

  /** What was thrown, as one of these: anything else means that no answer came. */
  static of(failure: unknown): ProblemError {
    return failure instanceof ProblemError ? failure : new ProblemError(0, null, null, failure);
  }
}
