import { take } from "payments-client";
import { api } from "../frame/session.ts";
import type { Wallet } from "./types.ts";

export async function loadWallet(signal: AbortSignal): Promise<Wallet> {
  return (await take(api.GET("/v1/points", { signal }))) as Wallet;
}

const soonMs = 30 * 24 * 3600 * 1000;

export function isSoon(at: string, now = Date.now()): boolean {
  return Date.parse(at) - now < soonMs;
}

/** What expires first, if that is within 30 days. */
export function soonest(wallet: Wallet): Wallet["expiring"][number] | null {
  const first = wallet.expiring[0];
  return first && isSoon(first.at) ? first : null;
}
