// A bundle as a surrogate: predictor, kinds and their versions put together for `score` and `serve`.

import { basename } from "node:path";
import { sha256Hex } from "../core/index.ts";
import { modelPredictor, openSurrogate, type Surrogate } from "../evaluator/index.ts";
import { builtInKinds, KindHost } from "../plugins/index.ts";
import { openModel, Predictor } from "../training/index.ts";

export interface OpenedSurrogate {
  readonly surrogate: Surrogate;
  readonly predictor: Predictor;
}

/** Opens a bundle on the current engine. Close the surrogate, then dispose the predictor. */
export function openBundleSurrogate(bundle: string): OpenedSurrogate {
  const trained = openModel(bundle);
  const predictor = new Predictor(trained);
  const { buffer, byteOffset, byteLength } = trained.parameters;
  const id = `${basename(bundle)}@${sha256Hex(new Uint8Array(buffer, byteOffset, byteLength)).slice(0, 12)}`;
  const surrogate = openSurrogate({
    predictor: modelPredictor(predictor, { id }),
    plugins: new KindHost(builtInKinds()),
  });
  return { surrogate, predictor };
}
