// The model's thread: opens models and answers for them, one call after the other. Its loop may block for as long as
// a batch takes; nobody but the model waits for it.

import { parentPort, workerData } from "node:worker_threads";
import { invariant } from "../../core/index.ts";
import { PredictiveSketch, SKETCH_LENGTH } from "../sketch.ts";
import {
  type FromThread,
  failureOf,
  type Reply,
  type ThreadData,
  type ToThread,
} from "./messages.ts";
import type { HostedModel, ModelSource, OpenSource } from "./source.ts";

const { moduleUrl, engine } = workerData as ThreadData;
const port = parentPort;
invariant(port !== null, "model-thread runs as a worker thread");

const models = new Map<number, HostedModel>();
let nextModelId = 1;
let lastTurn = start();

port.on("message", (message: ToThread) => {
  lastTurn = lastTurn.then((source) => (source === undefined ? undefined : take(source, message)));
});

async function start(): Promise<ModelSource | undefined> {
  try {
    const module = (await import(moduleUrl)) as { readonly openSource?: OpenSource };
    invariant(typeof module.openSource === "function", `${moduleUrl} exports no openSource`);
    const source = await module.openSource(engine);
    post({ kind: "ready", engine: source.engine });
    return source;
  } catch (error) {
    post({ kind: "unusable", failure: failureOf(error) });
    return undefined;
  }
}

async function take(source: ModelSource, message: ToThread): Promise<ModelSource> {
  switch (message.kind) {
    case "open":
      await reply(message.callId, () => open(source, message.directory));
      return source;
    case "predict":
      await reply(message.callId, () => predict(message.modelId, message.texts));
      return source;
    case "release":
      models.get(message.modelId)?.dispose();
      models.delete(message.modelId);
      return source;
    case "close":
      for (const model of models.values()) model.dispose();
      await source.close();
      // This thread alone: what an engine left behind must not keep it.
      process.exit();
      return source;
    default:
      return message satisfies never;
  }
}

async function reply(callId: number, answer: () => Reply | Promise<Reply>): Promise<void> {
  let given: Reply;
  try {
    given = await answer();
  } catch (error) {
    given = { kind: "failed", failure: failureOf(error) };
  }
  post(
    { kind: "reply", callId, reply: given },
    given.kind === "answered" ? [given.sketches.buffer] : [],
  );
}

function open(source: ModelSource, directory: string): Reply {
  const model = source.open(directory);
  const modelId = nextModelId++;
  models.set(modelId, model);
  return { kind: "opened", modelId, facts: model.facts };
}

async function predict(modelId: number, texts: readonly string[]): Promise<Reply> {
  const model = models.get(modelId);
  invariant(model !== undefined, `model ${modelId} was released`);
  const rows = await model.predict(texts);
  const { length: numObjectives } = model.facts.objectives;
  const sketches = new Float64Array(texts.length * numObjectives * SKETCH_LENGTH);
  rows.flat().forEach((number, i) => {
    PredictiveSketch.unchecked(number).write(sketches, i * SKETCH_LENGTH);
  });
  return { kind: "answered", sketches };
}

function post(message: FromThread, transfer: readonly ArrayBuffer[] = []): void {
  port!.postMessage(message, transfer);
}
