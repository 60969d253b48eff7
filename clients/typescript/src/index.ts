export { payments, take } from "./client.ts";
export type { Order, Payments, PaymentsOptions } from "./client.ts";
export { ProblemError } from "./problem.ts";
export type { Problem } from "./problem.ts";
export type { components, operations, paths } from "./schema.ts";
