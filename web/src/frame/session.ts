import { payments, ProblemError, type Payments } from "payments-client";
import { useEffect, useState } from "preact/hooks";
import { language } from "./language.ts";

/** What the server says of itself at GET /v1/setup. */
export interface Setup {
  gateway: "sandbox" | "bootpay";
  sandbox_url: string | null;
  web_key_set: boolean;
  development: boolean;
  test_clock: boolean;
  token_origins: string[];
  languages: string[];
  version: string;
}
export type Role = "user" | "admin";

export interface Session {
  token: string;
  userId: string;
  role: Role;
}

// In memory only: a token in a store of the browser outlives its owner's visit.
let session: Session | null = null;
const chosenUser = "payments.development-user"; // a name, never a token
const listeners = new Set<() => void>();

export const api: Payments = payments({
  baseUrl: location.origin,
  token: () => session?.token ?? null,
  language,
});

/** Who a token is for; what it says is only shown, the server checks it. Null: it is no token. */
export function readToken(token: string): Session | null {
  try {
    const part = token.split(".")[1];
    if (!part) return null;
    const bytes = Uint8Array.from(
      atob(part.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0),
    );
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    if (typeof claims["sub"] !== "string") return null;
    return { token, userId: claims["sub"], role: claims["role"] === "admin" ? "admin" : "user" };
  } catch {
    return null;
  }
}

export function currentSession(): Session | null {
  return session;
}

export function setSession(next: Session | null): void {
  session = next;
  for (const tell of listeners) tell();
}

/** Who is here; whoever uses it is drawn again when that changes. */
export function useSession(): Session | null {
  const [, draw] = useState(0);
  useEffect(() => {
    const tell = () => draw((count) => count + 1);
    listeners.add(tell);
    return () => void listeners.delete(tell);
  }, []);
  return session;
}

/** A token in the address (#token=…) is taken and removed from it, before anything else runs. */
function takeFromAddress(): void {
  const given = /^#token=([\w.-]+)(?:&(.*))?$/.exec(location.hash);
  if (!given?.[1]) return;
  history.replaceState(null, "", `${location.pathname}${location.search}#${given[2] ?? ""}`);
  setSession(readToken(given[1]));
}

/**
 * Takes tokens from the platform that embeds or opened this page, and from nobody else; asks for one now,
 * and when one is not taken any more.
 */
export function listenForTokens(origins: readonly string[]): void {
  addEventListener("message", (event) => {
    if (!origins.includes(event.origin)) return;
    const said = event.data as { type?: unknown; token?: unknown } | null;
    if (said?.type !== "payments.token" || typeof said.token !== "string") return;
    const given = readToken(said.token);
    if (given) setSession(given);
  });
  const askForToken = () => {
    const asked = window.opener ?? (window.parent === window ? null : window.parent);
    for (const origin of origins) asked?.postMessage({ type: "payments.ready" }, origin);
  };
  askForToken();
  api.use({
    onResponse({ response }) {
      if (response.status === 401) askForToken(); // it has run out
      return undefined;
    },
  });
}

/** With the development secret only: a token for whoever one wants to be. */
export async function becomeUser(userId: string, role: Role): Promise<void> {
  const answer = await fetch("/v1/test/token", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ user_id: userId, role }),
  });
  if (!answer.ok) throw new ProblemError(answer.status, null, answer.headers.get("x-request-id"));
  setSession(readToken(((await answer.json()) as { token: string }).token));
  sessionStorage.setItem(chosenUser, JSON.stringify([userId, role]));
}

/** After a reload in development: whom one was, by a new token. */
export async function resumeUser(): Promise<void> {
  const kept = sessionStorage.getItem(chosenUser);
  if (!kept) return;
  const [userId, role] = JSON.parse(kept) as [string, Role];
  await becomeUser(userId, role).catch(() => sessionStorage.removeItem(chosenUser));
}

takeFromAddress();
addEventListener("hashchange", takeFromAddress);
