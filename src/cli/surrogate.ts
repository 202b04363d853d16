// A bundle as a surrogate: predictor, kinds and their versions put together for `score` and `serve`.

import { basename } from "node:path";
import {
  digestOf,
  type ModelThread,
  modelPredictor,
  openSurrogate,
  type Surrogate,
} from "../evaluator/index.ts";
import type { KindHost } from "../plugins/index.ts";
import { openModel, Predictor } from "../training/index.ts";

export interface OpenedSurrogate {
  readonly surrogate: Surrogate;
  readonly predictor: Predictor;
}

/**
 * Opens a bundle on the current engine. Close the surrogate, then dispose the predictor.
 *
 * @throws {RefusedError} SERIALISER_DRIFT when a kind writes other texts here than the bundle was trained on.
 */
export function openBundleSurrogate(bundle: string, kinds: KindHost): OpenedSurrogate {
  const trained = openModel(bundle);
  kinds.checkSerialisers(trained.serialisers);
  const predictor = new Predictor(trained);
  const surrogate = openSurrogate({
    predictor: modelPredictor(predictor, {
      id: `${basename(bundle)}@${digestOf(trained).slice(0, 12)}`,
    }),
    plugins: kinds,
  });
  return { surrogate, predictor };
}

/**
 * Opens a bundle in the model's thread. Close the surrogate, then the thread.
 *
 * @throws {RefusedError} SERIALISER_DRIFT as above.
 */
export async function openThreadSurrogate(
  thread: ModelThread,
  bundle: string,
  kinds: KindHost,
): Promise<Surrogate> {
  const predictor = await thread.open(bundle, basename(bundle));
  kinds.checkSerialisers(predictor.serialisers);
  return openSurrogate({ predictor, plugins: kinds });
}
