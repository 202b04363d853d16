import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { EXIT, InputError, messageOf, UnavailableError, UsageError } from "../../core/index.ts";
import {
  type FitnessScale,
  filesOf,
  type Layout,
  layoutOf,
  programCandidate,
  readTruth,
  rescale,
  resultFiles,
  truthArguments,
} from "../drop-in.ts";
import { noteLine, printResult } from "../output.ts";
import { type DecisionEntry, StudyClient, type WireCandidate } from "../study-client.ts";

interface EvaluateCommandOptions {
  readonly program_path?: string;
  readonly results_dir?: string;
  readonly service: string;
  readonly study?: string;
  readonly objective: string;
  readonly kind?: string;
  readonly truth?: string;
  readonly fitness: FitnessScale;
  readonly fitnessKey: string;
  readonly timeoutMs: number;
  readonly token?: string;
  readonly json: boolean;
}

/** `auspex evaluate`: a framework's evaluation program that asks a study first, and tells it what came out. */
export async function evaluateCommand(
  positional: readonly string[],
  options: EvaluateCommandOptions,
): Promise<void> {
  const { program_path: programPath, results_dir: resultsDir } = options;
  const layout = layoutOf(positional, { programPath, resultsDir });
  const extra = layout.kind === "shinka" ? positional : positional.slice(2);
  const candidate = readProgram(layout.program, options.kind);
  const client = clientOf(options);
  const decision = await decide(client, candidate, options);
  const verdict = decision?.error === undefined ? (decision?.verdict ?? "promote") : "promote";
  const hasFailed = decision !== undefined && failureOf(decision) !== undefined;
  if (options.truth !== undefined && (verdict === "promote" || hasFailed)) {
    const outcome = runTruth(options.truth, layout, extra, options);
    // A framework that proposes a failure again tries it again; the study keeps what it was told first.
    if (!hasFailed) await tell(client, candidate, outcome, options);
    printResult(options.json, { verdict, ...outcome }, () => [`run: ${JSON.stringify(outcome)}`]);
    return;
  }
  const unrun = describe(decision!, options);
  for (const { path, content } of filesOf(layout, unrun, options.fitnessKey)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);
  }
  printResult(options.json, { verdict, ...unrun }, () => [unrun.explanation]);
  if (unrun.fitness === undefined) process.exitCode = EXIT.invalidInput;
  else if (verdict === "abstain") process.exitCode = EXIT.untrusted;
}

function clientOf(options: EvaluateCommandOptions): StudyClient {
  const { service: url, study, timeoutMs, token } = options;
  if (study === undefined) throw new UsageError("evaluate needs --study (or AUSPEX_STUDY)");
  const { name, goal } = objectiveOf(options);
  return new StudyClient({ url, token, timeoutMs }, { id: study, objectives: [{ name, goal }] });
}

function objectiveOf({ objective, fitness }: EvaluateCommandOptions) {
  const match = /^(.+):(min|max)$/.exec(objective);
  if (match === null) throw new UsageError(`--objective ${objective} is not NAME:min or NAME:max`);
  const goal = match[2] as "min" | "max";
  // Frameworks maximise fitness: where it is the objective itself, that must be maximised too.
  if ((fitness === "same") === (goal === "max")) return { name: match[1]!, goal };
  const hint = "max goes with same; min with negative or inverse";
  throw new UsageError(`--objective ${objective} and --fitness ${fitness} contradict`, { hint });
}

function readProgram(path: string, kind: string | undefined): WireCandidate {
  try {
    return programCandidate(readFileSync(path), basename(path), kind);
  } catch (cause) {
    throw new InputError(`cannot read the program ${path}: ${messageOf(cause)}`, { cause });
  }
}

/** Undefined where the service has nothing to say and there is a real evaluation to fall back on. */
async function decide(
  client: StudyClient,
  candidate: WireCandidate,
  { truth }: EvaluateCommandOptions,
): Promise<DecisionEntry | undefined> {
  try {
    return await client.decide(candidate);
  } catch (error) {
    if (truth === undefined) throw error;
    noteLine(`note: evaluating without the service: ${messageOf(error)}`);
    return undefined;
  }
}

function runTruth(
  truth: string,
  layout: Layout,
  extra: readonly string[],
  { fitnessKey, fitness }: EvaluateCommandOptions,
): { readonly values: number } | { readonly failure: string } {
  // A command line, as the user would type it; the framework's arguments follow, untouched.
  const command = ["-c", `${truth} "$@"`, "sh", ...truthArguments(layout, extra)];
  const { status, signal, error } = spawnSync("sh", command, { stdio: "inherit" });
  if (error !== undefined) throw new UnavailableError(`cannot run ${truth}: ${messageOf(error)}`);
  if (status !== 0) {
    process.exitCode = status ?? EXIT.checkFailed;
    return { failure: `the evaluation ended with ${signal ?? `exit code ${status}`}` };
  }
  const read = readTruth(layout, resultFiles(layout).map(readJson), fitnessKey);
  if ("failure" in read) return { failure: read.failure };
  const value = rescale(read.fitness, fitness);
  return Number.isFinite(value) ? { values: value } : { failure: `fitness ${read.fitness}` };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** A result that nobody hears of must not fail the evaluation that it came from. */
async function tell(
  client: StudyClient,
  candidate: WireCandidate,
  outcome: { readonly values: number } | { readonly failure: string },
  options: EvaluateCommandOptions,
): Promise<void> {
  const { name } = objectiveOf(options);
  const told = "values" in outcome ? { values: { [name]: outcome.values } } : outcome;
  try {
    await client.tell(candidate, told);
  } catch (error) {
    noteLine(`note: the result could not be told: ${messageOf(error)}`);
  }
}

/** Why its evaluation failed when it was told before. */
function failureOf({ told }: DecisionEntry): string | undefined {
  const failure = told?.["failure"];
  return typeof failure === "string" ? failure : undefined;
}

/** What is written for a candidate that is not run: behind the best that was, never its predicted mean. */
function describe(decision: DecisionEntry, options: EvaluateCommandOptions) {
  const { name } = objectiveOf(options);
  const { error, predictions, pessimistic, told, verdict, reason, trust } = decision;
  const predicted = predictions?.[name];
  if (error !== undefined || predicted === undefined) {
    const explanation = `Not run: ${error?.message ?? "no prediction"}`;
    return { fitness: undefined, explanation, figures: {} };
  }
  const failure = failureOf(decision);
  if (failure !== undefined) {
    const explanation = `Not run: its evaluation failed before: ${failure}`;
    return { fitness: undefined, explanation, figures: {} };
  }
  const known = told?.[name];
  const isGuess = options.truth === undefined && verdict === "promote";
  const value = isGuess ? predicted.mean : typeof known === "number" ? known : pessimistic![name]!;
  const { mean, std, low, high } = predicted;
  const explanation =
    `Not run. A model predicts ${name} ${mean.toPrecision(4)} ` +
    `(90 % between ${low.toPrecision(4)} and ${high.toPrecision(4)}; ${trust?.state ?? ""}): ${reason ?? ""}.`;
  const figures = { auspex_mean: mean, auspex_std: std, auspex_promoted: 0 };
  return { fitness: rescale(value, options.fitness), explanation, figures };
}
