import { ProblemError } from "payments-client";
import { useLoad } from "../../frame/load.ts";
import type { Tone } from "../../frame/tone.ts";
import { operation } from "../calls.ts";
import { services, type Service, type ServiceStatus } from "../types.ts";
import { useEvery } from "./every.ts";

/** What a service said of itself; null: it did not answer, or, if not `offered`, has no such answer. */
export interface Answered {
  status: ServiceStatus | null;
  offered: boolean;
}

async function ask(service: Service, signal: AbortSignal): Promise<Answered> {
  try {
    return { status: await operation.status(service, signal), offered: true };
  } catch (failure) {
    return { status: null, offered: !(failure instanceof ProblemError && failure.status === 404) };
  }
}

/** All four services, asked again and again; each by itself, for one may be down. */
export function useStatuses(everyMs: number) {
  const loaded = useLoad(async (signal) => {
    const answers = await Promise.all(services.map((service) => ask(service, signal)));
    const statuses = Object.fromEntries(services.map((service, at) => [service, answers[at]!]));
    return { statuses: statuses as Record<Service, Answered>, at: new Date().toISOString() };
  }, []);
  const paused = useEvery(everyMs, loaded);
  return { statuses: loaded.value?.statuses, at: loaded.value?.at, paused, again: loaded.again };
}

const lateMs = 10_000;

/** Whether somebody should look: something waits for long, or for a person. */
export function worstOf(status: ServiceStatus): Tone {
  const oldest = status.outbox.oldest_at;
  const late = oldest !== null && Date.now() - Date.parse(oldest) > lateMs;
  return late || status.dead_letters > 0 ? "wait" : "good";
}
