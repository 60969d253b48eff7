export { each, payments, take } from "./client.ts";
export type { Answered, Order, Payments, PaymentsOptions } from "./client.ts";
export { followOrder } from "./follow.ts";
export { ProblemError } from "./problem.ts";
export type { Problem, ProblemCode } from "./problem.ts";
export { verifyWebhook, WebhookError } from "./webhook.ts";
export type { WebhookEvent, WebhookOptions } from "./webhook.ts";
export type { components, operations, paths } from "./schema.ts";
