// What search frameworks expect of the program that they start for each candidate: arguments in, files out. Pure.
// ShinkaEvolve: `--program_path P --results_dir D [--key value]`; reads D/metrics.json and D/correct.json.
// CodeEvolve: `CODE RESULTS.json`; reads one flat object.

import { isUtf8 } from "node:buffer";
import { join } from "node:path";
import { UsageError } from "../core/index.ts";
import type { WireCandidate } from "./study-client.ts";

export type Layout =
  | { readonly kind: "shinka"; readonly program: string; readonly resultsDir: string }
  | { readonly kind: "codeevolve"; readonly program: string; readonly resultsFile: string };

/** How the framework's fitness (larger is better) follows from the objective. */
export type FitnessScale = "same" | "negative" | "inverse";

/** What came of a candidate that was not run. */
export interface Unrun {
  /** In the framework's scale; undefined for a candidate that cannot be read. */
  readonly fitness: number | undefined;
  readonly explanation: string;
  /** Figures by name, all finite. */
  readonly figures: Readonly<Record<string, number>>;
}

export interface OutputFile {
  readonly path: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** @throws {UsageError} for arguments of neither framework. */
export function layoutOf(
  positional: readonly string[],
  flags: { readonly programPath?: string | undefined; readonly resultsDir?: string | undefined },
): Layout {
  const { programPath, resultsDir } = flags;
  if (programPath !== undefined && resultsDir !== undefined) {
    return { kind: "shinka", program: programPath, resultsDir };
  }
  const [program, resultsFile] = positional;
  const isPlain = programPath === undefined && resultsDir === undefined;
  if (isPlain && program !== undefined && resultsFile !== undefined) {
    return { kind: "codeevolve", program, resultsFile };
  }
  throw new UsageError("evaluate takes --program_path P --results_dir D, or CODE RESULTS.json");
}

/** A program as a candidate: text, or the bytes of what is none (an ONNX file). */
export function programCandidate(
  bytes: Uint8Array,
  filename: string,
  kind?: string,
): WireCandidate {
  const content = isUtf8(bytes)
    ? { text: Buffer.from(bytes).toString() }
    : { base64: Buffer.from(bytes).toString("base64") };
  return { ...content, filename, ...(kind !== undefined && { kind }) };
}

/** The arguments with which the framework would have started the real evaluation. */
export function truthArguments(layout: Layout, extra: readonly string[]): string[] {
  return layout.kind === "shinka"
    ? ["--program_path", layout.program, "--results_dir", layout.resultsDir, ...extra]
    : [layout.program, layout.resultsFile];
}

/** The objective's value that a fitness stands for, and the other way round: each scale is its own inverse. */
export function rescale(value: number, scale: FitnessScale): number {
  if (scale === "negative") return -value;
  return scale === "inverse" ? 1 / value : value;
}

/** Files for a candidate that was not run. */
export function filesOf(layout: Layout, unrun: Unrun, fitnessKey: string): OutputFile[] {
  const { fitness, explanation, figures } = unrun;
  const isValid = fitness !== undefined;
  if (layout.kind === "codeevolve") {
    const content = isValid ? { [fitnessKey]: fitness, ...figures } : { error: explanation };
    return [{ path: layout.resultsFile, content }];
  }
  const metrics = {
    // An incorrect candidate's score is not looked at, but it must be there.
    combined_score: fitness ?? 0,
    public: figures,
    private: {},
    extra_data: {},
    text_feedback: explanation,
  };
  const correct = { correct: isValid, error: isValid ? null : explanation };
  return [
    { path: join(layout.resultsDir, "metrics.json"), content: metrics },
    { path: join(layout.resultsDir, "correct.json"), content: correct },
  ];
}

/** Where the real evaluation leaves its result. */
export function resultFiles(layout: Layout): string[] {
  return layout.kind === "codeevolve"
    ? [layout.resultsFile]
    : [join(layout.resultsDir, "metrics.json"), join(layout.resultsDir, "correct.json")];
}

/** The fitness in what the real evaluation wrote, or why there is none. */
export function readTruth(
  layout: Layout,
  contents: readonly unknown[],
  fitnessKey: string,
): { readonly fitness: number } | { readonly failure: string } {
  const [metrics, correct] = contents.map((content) =>
    typeof content === "object" && content !== null ? (content as Record<string, unknown>) : {},
  );
  if (layout.kind === "shinka" && correct?.["correct"] !== true) {
    const error = correct?.["error"];
    return { failure: typeof error === "string" && error !== "" ? error : "incorrect" };
  }
  const fitness = metrics?.[layout.kind === "shinka" ? "combined_score" : fitnessKey];
  if (typeof fitness === "number" && Number.isFinite(fitness)) return { fitness };
  return { failure: "the evaluation left no finite fitness" };
}
