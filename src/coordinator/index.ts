export type { FleetEvent } from "./fleet-event.ts";
export { type LedgerReport, verifyLedger, verifyRecords } from "./ledger.ts";
export { type CoordinatorPolicy, coordinatorPolicySchema } from "./policy.ts";
export { type CommitRecord, commitsOf } from "./records.ts";
export { startCoordinator } from "./run-coordinator.ts";
export type {
  CoordinatorOptions,
  RunningCoordinator,
  RunProgress,
  RunResult,
  RunView,
  TrainingOptions,
} from "./run-options.ts";
