// The service under load: 5 million parameters, candidates of 256 tokens, two threads. Candidates per second and
// latency at 1, 8 and 64 callers beside the offline throughput of `auspex predict`; the overhead above the model;
// answers from the cache; overload. Offline and service take turns for several rounds, so that a slow minute of the
// machine falls on both; the ratio is taken within a round. Parameter: seconds of each turn (default 6).

import { openEngine } from "../src/tensor/index.ts";
import { openModel, Predictor, predictLines } from "../src/training/index.ts";
import { spreadOf } from "./measure.ts";
import {
  candidate,
  type Load,
  load,
  quantile,
  serve,
  servedBundle,
  stateOf,
  THREADS,
} from "./service-load.ts";

const NUM_ROUNDS = 5;
const NUM_SINGLE = 16;
const OVERLOAD_DEADLINE_SECONDS = 5;
const CALLERS = [1, 8, 64] as const;

interface Throughput {
  readonly candidatesPerSecond: number;
  /** Of all threads of the process that computes. Other programs disturb it less than the rate. */
  readonly processorMs: number;
}

interface Round {
  readonly offline: Throughput;
  readonly served: Throughput;
  /** Milliseconds of the model alone, one text at a time. */
  readonly singleMs: readonly number[];
  readonly byCallers: ReadonlyMap<number, Load>;
}

export async function main(parameter?: string): Promise<void> {
  const seconds = Number(parameter ?? 6);
  const bundle = await servedBundle();
  await openEngine({ engine: "native", threads: THREADS, precision: "auto" });
  const predictor = new Predictor(openModel(bundle));
  const { model, textVocabulary } = predictor.trained;
  const tokens = textVocabulary.encode(candidate(1)).length;
  const size = (model.layout.size / 1e6).toFixed(2);
  say(
    `model: ${size} M parameters; candidates of ${tokens} tokens; ${THREADS} threads; ${NUM_ROUNDS} rounds of ${seconds} s a turn`,
  );

  const service = await serve(bundle);
  let next = 1_000_000;
  const fresh = (): string[] => [candidate(next++)];
  const forSeconds =
    (limit: number) =>
    (_: number, elapsedMs: number): boolean =>
      elapsedMs > 1000 * limit;
  await load(service.port, 4, fresh, forSeconds(2));
  await singles(predictor);
  const rounds: Round[] = [];
  say("\nround     offline/s  64 callers/s  of offline  processor ms: offline  64 callers");
  for (let number = 1; number <= NUM_ROUNDS; number++) {
    const byCallers = new Map<number, Load>();
    const singleMs = await singles(predictor);
    byCallers.set(1, await load(service.port, 1, fresh, forSeconds(seconds)));
    byCallers.set(8, await load(service.port, 8, fresh, forSeconds(seconds)));
    const before = await offline(predictor, seconds / 2);
    const start = await stateOf(service.port);
    const result = await load(service.port, 64, fresh, forSeconds(seconds));
    const end = await stateOf(service.port);
    byCallers.set(64, result);
    const after = await offline(predictor, seconds / 2);
    const processorSeconds = end.processorSeconds - start.processorSeconds;
    const round = {
      offline: {
        candidatesPerSecond: (before.candidatesPerSecond + after.candidatesPerSecond) / 2,
        processorMs: (before.processorMs + after.processorMs) / 2,
      },
      served: {
        candidatesPerSecond: rateOf(result),
        processorMs: (1000 * processorSeconds) / result.timesMs.length,
      },
      singleMs,
      byCallers,
    };
    rounds.push(round);
    const cells = [
      String(number).padStart(5),
      round.offline.candidatesPerSecond.toFixed(1).padStart(11),
      round.served.candidatesPerSecond.toFixed(1).padStart(12),
      `${shareOf(round).toFixed(0)} %`.padStart(10),
      round.offline.processorMs.toFixed(1).padStart(21),
      round.served.processorMs.toFixed(1).padStart(10),
    ];
    say(cells.join("  "));
  }

  say("\nanswers    callers  candidates/s (p10 .. p90)    p50 ms    p99 ms   most ms  not 200");
  for (const numCallers of CALLERS) {
    line(
      "model",
      numCallers,
      rounds.map(({ byCallers }) => byCallers.get(numCallers)!),
    );
  }
  const hits: Load[] = [];
  const known = (): string[] => [candidate(1_000_000)];
  for (const numCallers of CALLERS) {
    const result = await load(service.port, numCallers, known, forSeconds(seconds / 4));
    hits.push(result);
    line("cache", numCallers, [result]);
  }

  say("");
  goal("64 callers, of offline", rounds.map(shareOf), "%", 90, true);
  const processor = rounds.map((round) => round.served.processorMs / round.offline.processorMs);
  const { median, p10, p90 } = spreadOf(processor);
  say(
    `processor time of a candidate, 64 callers over offline: median ${median.toFixed(2)}, p10 ${p10.toFixed(2)}, p90 ${p90.toFixed(2)}`,
  );
  goal(
    "overhead above the model, p50, one caller",
    rounds.map(
      ({ singleMs, byCallers }) =>
        quantile(byCallers.get(1)!.timesMs, 0.5) - quantile(singleMs, 0.5),
    ),
    "ms",
    2,
    false,
  );
  goal("cache hit, p50, one caller", [quantile(hits[0]!.timesMs, 0.5)], "ms", 1, false);
  await overload(service.port);
  await service.close();
  predictor.dispose();
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Milliseconds of the model alone, one text at a time. */
async function singles(predictor: Predictor): Promise<number[]> {
  const timesMs: number[] = [];
  for (let n = 0; n < NUM_SINGLE; n++) {
    const start = performance.now();
    await predictor.distributions([candidate(n)], { numObjectives: 1 });
    timesMs.push(performance.now() - start);
  }
  return timesMs;
}

let nextOffline = 5_000_000;

/** The rate of the service in percent of the offline one. */
function shareOf({ served, offline: alone }: Round): number {
  return (100 * served.candidatesPerSecond) / alone.candidatesPerSecond;
}

/** Throughput of `auspex predict`. */
async function offline(predictor: Predictor, seconds: number): Promise<Throughput> {
  let numLines = 0;
  const processorStart = process.cpuUsage();
  const start = performance.now();
  while (performance.now() - start < 1000 * seconds) {
    const rows = Array.from({ length: 64 }, () => ({
      task: "bench",
      x: candidate(nextOffline++),
    }));
    for await (const _ of predictLines(predictor, rows)) numLines++;
  }
  const { user, system } = process.cpuUsage(processorStart);
  return {
    candidatesPerSecond: numLines / ((performance.now() - start) / 1000),
    processorMs: (user + system) / 1000 / numLines,
  };
}

/**
 * More than the queue holds: some are told at once when to come back (429), those whose time runs out while they wait
 * are told so (504), and afterwards all is well.
 */
async function overload(port: number): Promise<void> {
  let next = 9_000_000;
  const many = (): string[] => Array.from({ length: 400 }, () => candidate(next++));
  const { statuses } = await load(port, 24, many, (numRequests) => numRequests >= 24, {
    "x-request-deadline-ms": String(1000 * OVERLOAD_DEADLINE_SECONDS),
  });
  const { statuses: later } = await load(
    port,
    1,
    () => [candidate(next++)],
    (n) => n >= 5,
  );
  const shown = (counts: ReadonlyMap<number, number>): string =>
    [...counts].map(([status, count]) => `${count} x ${status}`).join(", ");
  say(
    `overload, 24 requests of 400 candidates at once with a deadline of ${OVERLOAD_DEADLINE_SECONDS} s: ${shown(statuses)}; then one at a time: ${shown(later)}`,
  );
}

/** Answers per second, from the first request sent to the last answer. */
const rateOf = ({ timesMs, seconds }: Load): number => timesMs.length / seconds;

/** Rates are of rounds, latencies of all requests of all rounds. */
function line(answers: string, numCallers: number, loads: readonly Load[]): void {
  const { median, p10, p90 } = spreadOf(loads.map(rateOf));
  const timesMs = loads.flatMap((result) => result.timesMs);
  const numRefused = loads
    .flatMap(({ statuses }) => [...statuses])
    .reduce((sum, [status, count]) => sum + (status === 200 ? 0 : count), 0);
  const rates = `${median.toFixed(1)} (${p10.toFixed(1)} .. ${p90.toFixed(1)})`;
  const cells = [
    answers.padEnd(9),
    String(numCallers).padStart(7),
    rates.padStart(25),
    quantile(timesMs, 0.5).toFixed(2).padStart(8),
    quantile(timesMs, 0.99).toFixed(2).padStart(8),
    quantile(timesMs, 1).toFixed(2).padStart(8),
    String(numRefused).padStart(7),
  ];
  say(cells.join("  ").trimEnd());
}

function goal(
  name: string,
  values: readonly number[],
  unit: string,
  limit: number,
  atLeast: boolean,
): void {
  const { median, p10, p90 } = spreadOf(values);
  const isReached = atLeast ? median >= limit : median <= limit;
  const spread = values.length > 1 ? `, p10 ${p10.toFixed(2)}, p90 ${p90.toFixed(2)}` : "";
  const words = `${atLeast ? "at least" : "at most"} ${limit} ${unit}: ${isReached ? "yes" : "no"}`;
  say(`${name}: median ${median.toFixed(2)} ${unit}${spread} (goal ${words})`);
}
