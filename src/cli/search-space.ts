// The spaces of `auspex search`, from the bundled data.

import { UsageError } from "../core/index.ts";
import { readExamples } from "../data/index.ts";
import {
  gpuKernelSpace,
  NB201_DATASETS,
  type Nb201Dataset,
  nb201Space,
  type SearchSpace,
} from "../evaluator/index.ts";

export interface OpenedSpace {
  readonly space: SearchSpace;
  /** The same candidates with other labels, known beforehand; undefined where there are none. */
  readonly source: SearchSpace | undefined;
}

/**
 * `nb201`, `nb201/cifar100`, `gpu/convolution_milo/A100`. For NAS-Bench-201 the source is CIFAR-10.
 *
 * @param folder Where the data files are.
 */
export async function openSpace(name: string, folder: string): Promise<OpenedSpace> {
  if (name === "nb201" || name.startsWith("nb201/")) {
    const dataset = (name.split("/")[1] ?? "imagenet16-120") as Nb201Dataset;
    if (!NB201_DATASETS.includes(dataset)) {
      throw new UsageError(`no data set ${dataset}`, {
        hint: `one of ${NB201_DATASETS.join(", ")}`,
      });
    }
    const rows = await readExamples([`${folder}/nb201_accuracy.jsonl.gz`], {});
    const source = dataset === "cifar10" ? undefined : nb201Space(rows, "cifar10");
    return { space: nb201Space(rows, dataset), source };
  }
  if (name.startsWith("gpu/")) {
    const where = [`task=${name}`];
    const rows = await readExamples([`${folder}/gpukernels.jsonl.gz`], { where });
    return { space: gpuKernelSpace(name, rows), source: undefined };
  }
  throw new UsageError(`there is no space ${name}`, {
    hint: "nb201, nb201/cifar100, or gpu/KERNEL/GPU such as gpu/convolution_milo/A100",
  });
}
