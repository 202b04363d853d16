import { type LedgerReport, verifyLedger } from "../../coordinator/index.ts";
import { printResult, renderTable } from "../output.ts";

/** `auspex ledger verify RUN`: proves from the journal alone what the run counted; exit 65 when it cannot. */
export function ledgerVerifyCommand(run: string, options: { readonly json: boolean }): void {
  printResult(options.json, { ok: true, ...verifyLedger(run) }, renderLedger);
}

function renderLedger(report: LedgerReport): string[] {
  const { numSteps, numSkippedSteps, numExamples, numAlerts, results, tasks, chain } = report;
  return [
    `${numSteps} steps (${numSkippedSteps} skipped), ${numExamples} examples, each counted exactly once per epoch`,
    `results: ${results}`,
    ...(numAlerts === 0
      ? []
      : [`${numAlerts} alerts: workers disagreed about results; the journal names them`]),
    ...renderTable(
      ["task", "epochs", "into the next"],
      tasks.map((task) => [
        task.task,
        String(task.completedEpochs),
        String(task.examplesInNextEpoch),
      ]),
    ),
    `chain ${chain}`,
  ];
}
