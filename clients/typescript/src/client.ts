import createClient, { type Client, type Middleware } from "openapi-fetch";
import { followOrder } from "./follow.ts";
import { ProblemError, type Problem } from "./problem.ts";
import type { components, paths } from "./schema.ts";

export type Order = components["schemas"]["Order"];

export interface PaymentsOptions {
  /** Where the order service, or what stands in front of all of them, takes requests. */
  baseUrl: string;
  /** The caller's token, asked for at each call: it may be renewed. Null: none is sent. */
  token?: () => string | null;
  /** In which language problems are told. */
  language?: () => "ko" | "en";
  fetch?: (request: Request) => Promise<Response>;
}

export interface Payments extends Client<paths> {
  /**
   * Hands over the order now and at every change, until it is final; gives its final state. Goes on
   * by itself when the connection breaks.
   */
  follow(orderId: string, changed: (order: Order) => void, signal?: AbortSignal): Promise<Order>;
}

/** Every path of the API, typed; a POST without an Idempotency-Key is given one. */
export function payments(options: PaymentsOptions): Payments {
  const headers: Middleware = {
    onRequest({ request }) {
      const token = options.token?.();
      if (token) request.headers.set("Authorization", `Bearer ${token}`);
      const language = options.language?.();
      if (language) request.headers.set("Accept-Language", language);
      if (request.method === "POST" && !request.headers.has("Idempotency-Key")) {
        request.headers.set("Idempotency-Key", crypto.randomUUID());
      }
      return request;
    },
  };
  const { baseUrl, fetch } = options;
  const client = createClient<paths>(fetch ? { baseUrl, fetch } : { baseUrl });
  client.use(headers);
  return Object.assign(client, {
    follow: (orderId: string, changed: (order: Order) => void, signal?: AbortSignal) =>
      followOrder(client, orderId, changed, signal),
  });
}

type Answered<T> = { data?: T; error?: unknown; response: Response };

/** What was answered; throws ProblemError for anything but a success. */
export async function take<T>(call: Promise<Answered<T>>): Promise<T> {
  let answered: Answered<T>;
  try {
    answered = await call;
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "AbortError") throw failure;
    throw new ProblemError(0, null, null, failure);
  }
  const { data, error, response } = answered;
  if (response.ok) return data as T;
  const problem = error && typeof error === "object" && "code" in error ? (error as Problem) : null;
  throw new ProblemError(response.status, problem, response.headers.get("x-request-id"));
}
