import { readFileSync } from "node:fs";
import { EXIT, InputError, messageOf } from "../../core/index.ts";
import { type ParityReport, runParity } from "../../training/index.ts";
import { chooseEngine, type EngineFlags, openChosenEngine } from "../engine-options.ts";
import { printResult, renderTable } from "../output.ts";

/** `auspex parity FILE`: exit 1 when a tensor differs by more than the tolerance. */
export async function parityCommand(
  file: string,
  options: EngineFlags & { readonly json: boolean },
): Promise<void> {
  // Parity is a statement about f32: other precisions are asked for by name.
  await openChosenEngine(chooseEngine({ precision: "f32", ...options }), options.json);
  const report = await runParity(readFixture(file), file);
  printResult(options.json, report, renderReport);
  if (!report.ok) process.exitCode = EXIT.checkFailed;
}

function readFixture(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new InputError(`cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
}

function renderReport(report: ParityReport): string[] {
  const entries = [
    ["memory", report.memory],
    ["logits", report.logits],
    ["loss", report.loss],
    ["log_prob", report.logProb],
    ["gradients", report.gradients],
  ] as const;
  return [
    report.architecture,
    ...renderTable(
      ["output", "largest relative difference", "", "tensor"],
      entries.map(([output, entry]) => [
        output,
        entry.relativeDifference.toExponential(2),
        entry.ok ? "ok" : "DIFFERS",
        entry.name,
      ]),
    ),
    report.ok ? "parity: ok" : "parity: FAILED",
  ];
}
