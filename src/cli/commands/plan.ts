import { printResult, renderTable } from "../output.ts";
import { parseCount, parseLink } from "../plan/link.ts";
import {
  type Mode,
  type ModePlan,
  type PlanInput,
  planRun,
  type RunPlan,
} from "../plan/run-plan.ts";
import { formatNumber } from "../report/scale.ts";

interface PlanCommandOptions {
  readonly params: string;
  readonly workers: number;
  readonly link: string;
  readonly tokensPerSecond?: string;
  readonly gflops: string;
  readonly batchTokens: string;
  readonly microshards: number;
  readonly precision: "f32" | "bf16-down" | "bf16";
  readonly sync?: "gradient" | "diloco";
  readonly reduction?: "star" | "mesh";
  readonly innerSteps: number;
  readonly replicas: number;
  readonly optimizer: PlanInput["optimizer"];
  readonly optimizerState: "coordinator" | "replicated";
  readonly ema: boolean;
  readonly json: boolean;
}

const WINDOW_BYTES = 16 << 20;
/** Floating-point operations of a forward and a backward pass, per parameter and token. */
const OPERATIONS_PER_PARAMETER = 6;

/** `auspex plan`: what a step would cost over a link, and which mode to take. */
export function planCommand(options: PlanCommandOptions): void {
  const input = inputOf(options);
  const plan = planRun(input);
  const wanted = wantedMode(options);
  const modes = plan.modes.filter(({ mode }) => wanted === undefined || mode === wanted);
  printResult(options.json, { input, ...plan, modes }, () =>
    render(input, { ...plan, modes }, options),
  );
}

function inputOf(options: PlanCommandOptions): PlanInput {
  const { workers, microshards, precision, tokensPerSecond } = options;
  const parameterCount = parseCount("--params", options.params);
  const operationsPerSecond = 1e9 * parseCount("--gflops", options.gflops);
  return {
    parameterCount,
    numWorkers: workers,
    linkBitsPerSecond: parseLink(options.link),
    downPrecision: precision === "f32" ? "f32" : "bf16",
    upPrecision: precision === "bf16" ? "bf16" : "f32",
    numMicroshards: microshards,
    tokensPerStep: parseCount("--batch-tokens", options.batchTokens),
    tokensPerSecond:
      tokensPerSecond === undefined
        ? operationsPerSecond / (OPERATIONS_PER_PARAMETER * parameterCount)
        : parseCount("--tokens-per-second", tokensPerSecond),
    innerSteps: options.innerSteps,
    numReplicas: options.replicas,
    windowBytes: WINDOW_BYTES,
    optimizer: options.optimizer,
    hasAverage: options.ema,
    isReplicated: options.optimizerState === "replicated",
  };
}

/** Undefined: all of them. */
function wantedMode({ sync, reduction }: PlanCommandOptions): Mode | undefined {
  return sync === "diloco" ? "diloco" : (reduction ?? (sync === "gradient" ? "star" : undefined));
}

function render(input: PlanInput, plan: RunPlan, options: PlanCommandOptions): string[] {
  const { parameterCount, numWorkers, linkBitsPerSecond, tokensPerStep } = input;
  const guess =
    options.tokensPerSecond === undefined
      ? ` (assumed from --gflops ${options.gflops}; measure it and pass --tokens-per-second)`
      : "";
  return [
    `${formatNumber(parameterCount)} parameters, ${numWorkers} workers, ${formatNumber(linkBitsPerSecond / 1e9)} Gbit/s each way, ${formatNumber(tokensPerStep)} tokens a step`,
    `a worker computes ${formatNumber(input.tokensPerSecond)} tokens/s${guess}`,
    "",
    ...renderTable(
      [
        "per step",
        "MB up",
        "MB down",
        "MB up, worker",
        "wire s",
        "compute s",
        "step s",
        "tokens/s",
        "efficiency",
        "coordinator MB",
      ],
      plan.modes.map(row),
    ),
    "",
    `up and down are at the busiest place: ${plan.modes.map(({ mode }) => PLACES[mode]).join("; ")}`,
    "coordinator MB is the most memory that it needs at once while no worker comes or goes",
    `take ${plan.reason}`,
  ];
}

const PLACES: Readonly<Record<Mode, string>> = {
  star: "star: the coordinator",
  mesh: "mesh: each worker",
  diloco: "diloco: the coordinator, averaged over a round",
};

function row(mode: ModePlan): string[] {
  const mb = (bytes: number): string => formatNumber(bytes / 1e6);
  const seconds = (ms: number): string => (ms / 1000).toPrecision(3);
  return [
    mode.mode,
    mb(mode.upBytes),
    mb(mode.downBytes),
    mb(mode.workerUpBytes),
    seconds(mode.wireMs),
    seconds(mode.computeMs),
    seconds(mode.stepMs),
    formatNumber(Math.round(mode.tokensPerSecond)),
    `${(100 * mode.efficiency).toFixed(0)} %`,
    formatNumber(Math.round(mode.coordinatorBytes / 1e6)),
  ];
}
