// Bundles on an engine that belongs to the thread.

import { closeEngine, openEngine } from "../../tensor/index.ts";
import { openModel, Predictor } from "../../training/index.ts";
import { digestOf, modelPredictor } from "../model-predictor.ts";
import type { OpenSource } from "./source.ts";

/** Opens the engine; its models share it. */
export const openSource: OpenSource = async (options) => ({
  engine: await openEngine(options),
  open: (directory) => {
    const trained = openModel(directory);
    const model = new Predictor(trained);
    const digest = digestOf(trained);
    const predictor = modelPredictor(model, { id: digest });
    return {
      facts: {
        digest,
        objectives: predictor.objectives,
        maxInputTokens: trained.model.config.maxInputTokens,
        serialisers: trained.serialisers,
        vocabulary: trained.textVocabulary.toJson(),
      },
      predict: (texts) => predictor.predict(texts),
      dispose: () => model.dispose(),
    };
  },
  close: closeEngine,
});
