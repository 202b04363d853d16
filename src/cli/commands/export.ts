import { openModel, type StoredWeights, saveModel } from "../../training/index.ts";
import { printResult } from "../output.ts";
import { packageVersion } from "../package-version.ts";

/** `auspex export`: a bundle written anew, its weights rounded to bf16 where asked for. */
export function exportCommand(
  bundle: string,
  options: { readonly out: string; readonly weights: StoredWeights; readonly json: boolean },
): void {
  const { out, weights, json } = options;
  const digest = saveModel(out, openModel(bundle), packageVersion(), weights);
  printResult(json, { out, weights, digest }, () => [`${out}: ${weights} weights, ${digest}`]);
}
