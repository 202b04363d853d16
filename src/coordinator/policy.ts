// Every time-out and bound of a coordinator, with what happens when it expires.

import { z } from "zod";

const milliseconds = z.number().positive();

export const coordinatorPolicySchema = z.strictObject({
  /** Training pauses below this number of workers. */
  minWorkers: z.int().positive().default(1),
  /** The first step waits for this many workers, but no longer than `joinWindowMs` once there are enough. */
  expectedWorkers: z.int().positive().default(1),
  joinWindowMs: milliseconds.default(10_000),
  /** How long fewer than `minWorkers` are waited for; then the run ends as paused, with a checkpoint. */
  pauseTimeoutMs: milliseconds.default(600_000),
  heartbeatIntervalMs: milliseconds.max(60_000).default(1000),
  /** Silence after which a worker is lost: its lease goes to others, its session is stale. */
  heartbeatTimeoutMs: milliseconds.default(5000),
  /** A lease lasts this many times the worker's own time per microshard without progress, within the bounds. */
  leaseFactor: z.number().positive().default(3),
  // Longer than a resend: one lost piece must not cost a lease.
  leaseMinMs: milliseconds.default(3000),
  leaseMaxMs: milliseconds.default(120_000),
  /** Before a worker's first microshard, which may compile and warm up. */
  firstLeaseMs: milliseconds.default(300_000),
  /** How often deadlines are looked at. */
  tickMs: milliseconds.default(250),
  /** Silence on a transfer after which its pieces are sent again; doubles each time. */
  resendMs: milliseconds.default(1000),
  chunkBytes: z
    .int()
    .positive()
    .default(1 << 20),
  windowBytes: z
    .int()
    .positive()
    .default(16 << 20),
  /** In every so many steps one microshard is computed by two workers and compared; 0: never. */
  auditEverySteps: z.int().nonnegative().default(12),
  /** What an alert about results does: `halt` ends the run before the step is committed. */
  onAlert: z.enum(["warn", "halt"]).default("warn"),
  /**
   * Where the optimizer is replicated: how long a worker may take to receive its state or an update, to apply it, and to
   * say the digest of its parameters. Then it is lost; at the second time it is not let in again.
   */
  replicaTimeoutMs: milliseconds.default(120_000),
  maxWorkers: z.int().positive().max(256).default(256),
  /** Steps in a row with a non-finite gradient after which the run halts. */
  maxSkippedInARow: z.int().positive().default(5),
});

export type CoordinatorPolicy = Readonly<z.infer<typeof coordinatorPolicySchema>>;
