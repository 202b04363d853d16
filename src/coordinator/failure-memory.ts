// Tells a worker that is broken from work that cannot be done: what fails alike on two workers is the work's fault.

import { AuspexError, EXIT, type ExitCode } from "../core/index.ts";
import type { MessageOf } from "../protocol/index.ts";

/** What workers said when they failed at the current work. */
export class FailureMemory {
  readonly #microshards = new Map<string, Set<number>>();

  /**
   * Notes a failure.
   *
   * @param missing Microshards that the worker had still to deliver: one of them failed.
   * @returns why the run must end, where one of them failed before with the same words; a worker that takes over
   *   would fail too.
   */
  add(
    { purpose, step }: { readonly purpose: "gradient" | "evaluation"; readonly step: number },
    missing: readonly number[],
    { code, exitCode, text, hint }: Omit<MessageOf<"failed">, "type" | "leaseId">,
  ): AuspexError | undefined {
    const known = this.#microshards.get(text);
    if (known === undefined || !missing.some((microshard) => known.has(microshard))) {
      this.#microshards.set(text, new Set([...(known ?? []), ...missing]));
      return undefined;
    }
    const where = purpose === "evaluation" ? `the validation after step ${step}` : `step ${step}`;
    return new AuspexError(
      code,
      knownExitCode(exitCode),
      `workers cannot compute ${where}: ${text}`,
      {
        ...(hint !== "" && { hint }),
      },
    );
  }
}

/** A peer says any number; ours are few. */
function knownExitCode(exitCode: number): ExitCode {
  const known = Object.values(EXIT).find((code) => code === exitCode);
  return known === undefined || known === EXIT.done ? EXIT.internal : known;
}
