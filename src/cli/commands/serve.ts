import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jsonLogger, wallClockMs } from "../../core/index.ts";
import {
  type AccessToken,
  ModelThread,
  type NatsService,
  type Surrogate,
  startNatsService,
  startService,
} from "../../evaluator/index.ts";
import type { KindHost } from "../../plugins/index.ts";
import { chooseEngine, type EngineFlags, noteEngine } from "../engine-options.ts";
import { openKinds } from "../kinds.ts";
import { natsCredentials } from "../network.ts";
import { noteLine, printLine } from "../output.ts";
import { packageVersion } from "../package-version.ts";
import { accessTokens } from "../serve-tokens.ts";
import { untilSignal } from "../signals.ts";
import { fileStudyStore } from "../study-store.ts";
import { processTuner } from "../study-tuner.ts";
import { openThreadSurrogate } from "../surrogate.ts";

interface ServeCommandOptions extends EngineFlags {
  readonly bundle: string;
  readonly plugin: readonly string[];
  readonly port: number;
  readonly host: string;
  readonly token: readonly string[];
  readonly studies?: string;
  readonly nats?: string;
  readonly subject: string;
  readonly insecure: boolean;
  readonly json: boolean;
}

/** `auspex serve`: answers over HTTP until a signal, then drains. */
export async function serveCommand(options: ServeCommandOptions): Promise<void> {
  const variable = process.env["AUSPEX_TOKEN"];
  const tokens = accessTokens(
    options.token.length > 0 || variable === undefined ? options.token : [variable],
  );
  const kinds = await openKinds(options.plugin);
  const thread = await ModelThread.start(chooseEngine(options));
  if (!options.json) noteEngine(thread.engine);
  // Tuned models of studies that live in memory go when they do.
  const directory = options.studies ?? mkdtempSync(join(tmpdir(), "auspex-studies-"));
  try {
    await serveFrom(thread, kinds, directory, tokens, options);
  } finally {
    await thread.close();
    if (options.studies === undefined) rmSync(directory, { recursive: true, force: true });
  }
}

/** @throws {UnavailableError} when the model's thread ends: a service without its model is started again. */
async function serveFrom(
  thread: ModelThread,
  kinds: KindHost,
  directory: string,
  tokens: readonly AccessToken[],
  options: ServeCommandOptions,
): Promise<void> {
  const surrogate = await openThreadSurrogate(thread, options.bundle, kinds);
  const service = await startService({
    surrogate,
    host: options.host,
    port: options.port,
    version: packageVersion(),
    ...(options.studies === undefined ? {} : { studies: fileStudyStore(options.studies) }),
    tuner: processTuner({ bundle: options.bundle, directory, engine: options, thread }),
    tokens,
    logger: jsonLogger(noteLine, wallClockMs),
  });
  const nats = await serveNats(options, surrogate).catch(async (error: unknown) => {
    await service.close(0);
    throw error;
  });
  const subject = nats === undefined ? undefined : `${options.subject}.score`;
  if (options.json) {
    printLine(JSON.stringify({ url: service.url, model: surrogate.model, nats: subject }));
  } else {
    printLine(`serving ${surrogate.model} on ${service.url} (POST /v1/score; GET / has the pages)`);
    if (subject !== undefined) printLine(`and on ${options.nats}, subject ${subject}`);
  }
  const broken = await Promise.race([untilSignal(), thread.broken]);
  // The queue group first: its requests need the model that the service closes.
  await nats?.close();
  await service.close();
  if (broken !== undefined) throw broken;
}

async function serveNats(
  { nats: server, subject, insecure }: ServeCommandOptions,
  surrogate: Surrogate,
): Promise<NatsService | undefined> {
  if (server === undefined) return undefined;
  const logger = jsonLogger(noteLine, wallClockMs);
  const credentials = natsCredentials();
  return startNatsService({ surrogate, server, subject, credentials, insecure, logger });
}
