// Models in a thread of their own: while one computes, this thread goes on accepting connections, reading and
// answering. A loop that computes itself accepts one connection per batch, so that callers starve.

import { Worker } from "node:worker_threads";
import {
  invariant,
  messageOf,
  moduleBeside,
  threadEntry,
  UnavailableError,
} from "../../core/index.ts";
import type { EngineInfo, EngineOptions } from "../../tensor/index.ts";
import { textVocabularyFromJson } from "../../tokenizer/index.ts";
import { tokenCounter } from "../model-predictor.ts";
import type { Predictor } from "../predictor.ts";
import { PredictiveSketch, SKETCH_LENGTH } from "../sketch.ts";
import {
  errorOf,
  type FromThread,
  type Reply,
  type ThreadData,
  type ToThread,
} from "./messages.ts";

/** A model that lives in the thread. */
export interface ThreadPredictor extends Predictor {
  /** Serialiser versions that it was trained on, by kind. */
  readonly serialisers: Readonly<Record<string, string>>;
  /** Frees it after what has been asked of it was answered. */
  dispose(): void;
}

interface Call {
  resolve(reply: Exclude<Reply, { kind: "failed" }>): void;
  reject(error: Error): void;
}

type ReplyOf<Kind> = Extract<Reply, { readonly kind: Kind }>;
type Asked = Extract<ToThread, { readonly callId: number }>;
type WithoutId<T> = T extends unknown ? Omit<T, "callId"> : never;

/** One thread with an engine and the models opened on it. Never restarted: who started it decides what its end means. */
export class ModelThread {
  readonly #worker: Worker;
  readonly #calls = new Map<number, Call>();
  #nextCallId = 1;
  #engine: EngineInfo | undefined;
  /** Why nothing more can be asked. */
  #over: Error | undefined;
  #isClosing = false;
  readonly #exited: Promise<void>;
  #onReady: { resolve(): void; reject(error: Error): void } | undefined;
  #tellBroken: (error: Error) => void = () => {};

  /** Resolves with the reason when the thread ends without having been closed. */
  readonly broken: Promise<Error>;

  private constructor(data: ThreadData) {
    this.broken = new Promise((resolve) => {
      this.#tellBroken = resolve;
    });
    const entry = threadEntry(moduleBeside(import.meta.url, "thread"));
    this.#worker = new Worker(entry, { workerData: data });
    this.#worker.on("message", (message: FromThread) => this.#onMessage(message));
    this.#worker.on("error", (error) => this.#end(ended(messageOf(error))));
    this.#exited = new Promise((resolve) => {
      this.#worker.on("exit", (code) => {
        this.#end(this.#isClosing ? closed() : ended(`exit code ${code}`));
        resolve();
      });
    });
  }

  /**
   * Starts the thread; resolves when its engine is open.
   *
   * @param moduleUrl A module that exports `openSource`. Default: bundles on the real engine.
   * @throws {UnavailableError} when the engine does not work here.
   */
  static async start(
    engine: EngineOptions,
    moduleUrl: string = moduleBeside(import.meta.url, "bundle-source").href,
  ): Promise<ModelThread> {
    const thread = new ModelThread({ moduleUrl, engine });
    try {
      await new Promise<void>((resolve, reject) => {
        thread.#onReady = { resolve, reject };
      });
      return thread;
    } catch (error) {
      thread.#isClosing = true;
      await thread.#worker.terminate();
      throw error;
    }
  }

  /** What computes there. */
  get engine(): EngineInfo {
    invariant(this.#engine !== undefined, "the thread is not ready");
    return this.#engine;
  }

  /**
   * Opens a bundle in the thread. Its id is `name@digest`.
   *
   * @throws {CorruptError} as `openModel` does.
   */
  async open(directory: string, name: string): Promise<ThreadPredictor> {
    const { modelId, facts } = await this.#ask<"opened">({ kind: "open", directory });
    const { digest, objectives, maxInputTokens, serialisers, vocabulary } = facts;
    const numObjectives = objectives.length;
    const countTokens =
      vocabulary === undefined
        ? undefined
        : tokenCounter(textVocabularyFromJson(vocabulary), maxInputTokens);
    return {
      id: `${name}@${digest.slice(0, 12)}`,
      objectives,
      serialisers,
      ...(countTokens === undefined ? {} : { countTokens }),
      predict: async (texts) => {
        const { sketches } = await this.#ask<"answered">({ kind: "predict", modelId, texts });
        return texts.map((_, text) =>
          objectives.map((_name, objective) =>
            PredictiveSketch.read(sketches, (text * numObjectives + objective) * SKETCH_LENGTH),
          ),
        );
      },
      dispose: () => this.#post({ kind: "release", modelId }),
    };
  }

  /** Ends the thread after it has done what it was asked. Nothing can be asked from now on. */
  async close(): Promise<void> {
    this.#post({ kind: "close" });
    this.#isClosing = true;
    await this.#exited;
  }

  #ask<Kind extends Reply["kind"]>(asked: WithoutId<Asked>): Promise<ReplyOf<Kind>> {
    if (this.#over !== undefined) return Promise.reject(this.#over);
    if (this.#isClosing) return Promise.reject(closed());
    const callId = this.#nextCallId++;
    return new Promise((resolve, reject) => {
      this.#calls.set(callId, { resolve: resolve as Call["resolve"], reject });
      this.#post({ ...asked, callId });
    });
  }

  #onMessage(message: FromThread): void {
    switch (message.kind) {
      case "ready":
        this.#engine = message.engine;
        this.#onReady?.resolve();
        return;
      case "reply": {
        const call = this.#calls.get(message.callId);
        this.#calls.delete(message.callId);
        const { reply } = message;
        if (reply.kind === "failed") call?.reject(errorOf(reply.failure));
        else call?.resolve(reply);
        return;
      }
      case "unusable":
        return this.#end(errorOf(message.failure));
      default:
        return message satisfies never;
    }
  }

  /** The first reason stays. */
  #end(reason: Error): void {
    if (this.#over !== undefined) return;
    this.#over = reason;
    this.#onReady?.reject(reason);
    for (const call of this.#calls.values()) call.reject(reason);
    this.#calls.clear();
    if (!this.#isClosing) this.#tellBroken(reason);
  }

  #post(message: ToThread): void {
    if (!this.#isClosing) this.#worker.postMessage(message);
  }
}

/** What callers are told when the thread is no more: it is not their fault, and another instance may answer. */
function ended(reason: string): UnavailableError {
  return new UnavailableError(`the model's thread ended: ${reason}`, {
    hint: "start the service again; if it ends again, the model may need more memory than there is",
  });
}

const closed = (): UnavailableError => new UnavailableError("the model's thread was closed");
