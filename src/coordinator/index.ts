export type { FleetEvent } from "./fleet.ts";
export { type LedgerReport, verifyLedger, verifyRecords } from "./ledger.ts";
export { type CoordinatorPolicy } from "./policy.ts";
export { startCoordinator } from "./run-coordinator.ts";
export type {
  CoordinatorOptions,
  RunningCoordinator,
  RunProgress,
  RunResult,
  TrainingOptions,
} from "./run-options.ts";
