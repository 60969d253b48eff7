import { webCrypto } from "./web_crypto.ts";

/** One of our events, as a webhook carries it. */
export interface WebhookEvent<Data = Record<string, unknown>> {
  /** The same at every delivery of the event: what was handled once need not be again. */
  id: string;
  /** `order.succeeded`, `point.changed`, …: docs/events tells what `data` holds. */
  type: string;
  source: string;
  /** RFC 3339. */
  time: string;
  data: Data;
}

export class WebhookError extends Error {
  override name = "WebhookError";
}

export interface WebhookOptions {
  /** How far its time may lie from now, in seconds; 300 if it is left out. */
  toleranceS?: number;
  /** Unix time in milliseconds; for tests. */
  now?: number;
}

type Received = Headers | Record<string, string | string[] | undefined>;

function header(headers: Received, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  if (typeof value !== "string" || value === "") throw new WebhookError(`there is no ${name}`);
  return value;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    throw new WebhookError("this is no base64");
  }
}

/** In the same time wherever they differ. */
function equal(one: Uint8Array, other: Uint8Array): boolean {
  let differing = one.length ^ other.length;
  for (let i = 0; i < one.length; ++i) differing |= one[i]! ^ (other[i] ?? 0);
  return differing === 0;
}

/**
 * The event of a webhook whose signature holds, after https://www.standardwebhooks.com; throws
 * WebhookError for any other. `body` is what was received, byte for byte: parsed and written again it
 * is another. `secret` is the one shown when the endpoint was made, `whsec_…`.
 */
export async function verifyWebhook<Data = Record<string, unknown>>(
  secret: string, headers: Received, body: string | Uint8Array, options: WebhookOptions = {},
): Promise<WebhookEvent<Data>> {
  const id = header(headers, "webhook-id");
  const timestamp = header(headers, "webhook-timestamp");
  const signatures = header(headers, "webhook-signature").split(" ");
  const apart = Math.abs((options.now ?? Date.now()) / 1000 - Number(timestamp));
  if (!/^\d{1,12}$/.test(timestamp) || apart > (options.toleranceS ?? 300)) {
    throw new WebhookError("its time is too far from now");
  }
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const { subtle } = await webCrypto();
  const key = await subtle.importKey(
    "raw", bytesOf(secret.replace(/^whsec_/, "")), { name: "HMAC", hash: "SHA-256" }, false, ["sign"],
  );
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`);
  const expected = new Uint8Array(await subtle.sign("HMAC", key, signed));
  // There are two while a new secret takes the place of an old one.
  const holds = signatures
    .filter((signature) => signature.startsWith("v1,"))
    .map((signature) => equal(expected, bytesOf(signature.slice(3))))
    .includes(true);
  if (!holds) throw new WebhookError("its signature does not hold");
  return JSON.parse(text) as WebhookEvent<Data>;
}
