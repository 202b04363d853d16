import { jsonLogger, sha256Hex, wallClockMs } from "../../core/index.ts";
import { startService } from "../../evaluator/index.ts";
import { chooseEngine, type EngineFlags, openChosenEngine } from "../engine-options.ts";
import { noteLine, printLine } from "../output.ts";
import { packageVersion } from "../package-version.ts";
import { untilSignal } from "../signals.ts";
import { fileStudyStore } from "../study-store.ts";
import { openBundleSurrogate } from "../surrogate.ts";

interface ServeCommandOptions extends EngineFlags {
  readonly bundle: string;
  readonly port: number;
  readonly host: string;
  readonly token?: string;
  readonly studies?: string;
  readonly json: boolean;
}

/** `auspex serve`: answers over HTTP until a signal, then drains. */
export async function serveCommand(options: ServeCommandOptions): Promise<void> {
  await openChosenEngine(chooseEngine(options), options.json);
  const { surrogate, predictor } = openBundleSurrogate(options.bundle);
  const token = options.token ?? process.env["AUSPEX_TOKEN"];
  const service = await startService({
    surrogate,
    host: options.host,
    port: options.port,
    version: packageVersion(),
    ...(options.studies === undefined ? {} : { studies: fileStudyStore(options.studies) }),
    ...(token === undefined
      ? {}
      : { tokens: [{ sha256: sha256Hex(token), scopes: ["score", "tell", "admin"] as const }] }),
    logger: jsonLogger(noteLine, wallClockMs),
  });
  if (options.json) printLine(JSON.stringify({ url: service.url, model: surrogate.model }));
  else
    printLine(`serving ${surrogate.model} on ${service.url} (POST /v1/score; GET /openapi.json)`);
  await untilSignal();
  await service.close();
  predictor.dispose();
}
