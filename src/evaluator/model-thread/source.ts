// What the model's thread loads and asks: the real one opens bundles on an engine, tests have small ones.

import type { EngineInfo, EngineOptions } from "../../tensor/index.ts";
import type { PredictedNumber } from "../predictor.ts";

/** What is known of an opened model outside its thread. Plain data. */
export interface ModelFacts {
  /** Names the weights: equal digests give equal answers. */
  readonly digest: string;
  readonly objectives: readonly string[];
  readonly maxInputTokens: number;
  /** Serialiser versions that it was trained on, by kind. */
  readonly serialisers: Readonly<Record<string, string>>;
  /** Its text vocabulary as JSON; absent where it does not count tokens. */
  readonly vocabulary?: unknown;
}

export interface HostedModel {
  readonly facts: ModelFacts;
  predict(texts: readonly string[]): Promise<readonly (readonly PredictedNumber[])[]>;
  dispose(): void;
}

export interface ModelSource {
  readonly engine: EngineInfo;
  /** @throws {CorruptError} where there is no sound bundle. */
  open(directory: string): HostedModel;
  /** Closes the engine. */
  close(): Promise<void>;
}

/** What a module exports as `openSource` so that the thread can load it. */
export type OpenSource = (engine: EngineOptions) => Promise<ModelSource>;
