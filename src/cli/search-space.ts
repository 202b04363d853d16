// The spaces of `auspex search`, from the bundled data or measured here.

import { UsageError } from "../core/index.ts";
import { type Example, groupByTask, readExamples } from "../data/index.ts";
import {
  CHEAP_PRICE,
  gpuKernelSpace,
  NB201_DATASETS,
  type Nb201Dataset,
  nb201Space,
  type SearchSpace,
} from "../evaluator/index.ts";
import { openGccSpace } from "./gcc-space.ts";
import type { OpenedSpace, SpaceOptions } from "./opened-space.ts";

const OPENERS: readonly (readonly [
  prefix: string,
  open: (name: string, options: SpaceOptions) => Promise<OpenedSpace>,
])[] = [
  ["nb201", openNb201],
  ["gpukernels", openKernels],
  ["gpu", openKernels],
  ["gcc", openGccSpace],
];

/** `nb201`, `nb201/cifar100`, `gpukernels`, `gpu/convolution_milo/A100`, `gcc`, `gcc/sort`. */
export async function openSpace(name: string, options: SpaceOptions): Promise<OpenedSpace> {
  const opener = OPENERS.find(([prefix]) => name === prefix || name.startsWith(`${prefix}/`));
  if (opener !== undefined) return opener[1](name, options);
  throw new UsageError(`there is no space ${name}`, {
    hint: "nb201, nb201/cifar100, gpukernels, gpu/KERNEL/GPU such as gpu/convolution_milo/A100, gcc, gcc/PROGRAM",
  });
}

/** Labels are of CIFAR-10, or of the same data set after 12 epochs. */
async function openNb201(name: string, { data, source }: SpaceOptions): Promise<OpenedSpace> {
  const dataset = (name.split("/")[1] ?? "imagenet16-120") as Nb201Dataset;
  if (!NB201_DATASETS.includes(dataset)) {
    throw new UsageError(`no data set ${dataset}`, { hint: `one of ${NB201_DATASETS.join(", ")}` });
  }
  const rows = await readExamples([`${data}/nb201_accuracy.jsonl.gz`], {});
  const space = nb201Space(rows, dataset);
  if (source === "12-epochs") {
    return { space, source: { space: nb201Space(rows, dataset, 12), price: CHEAP_PRICE } };
  }
  const other = source ?? "cifar10";
  if (!NB201_DATASETS.includes(other as Nb201Dataset)) {
    throw new UsageError(`--source ${other}: not ${NB201_DATASETS.join(", ")} or 12-epochs`);
  }
  if (other === dataset) return { space, source: undefined };
  return { space, source: { space: nb201Space(rows, other as Nb201Dataset), price: 1 } };
}

/** Labels are of the same kernel on another GPU: the first of the data, unless one is named. */
async function openKernels(name: string, { data, source }: SpaceOptions): Promise<OpenedSpace> {
  const task = name === "gpukernels" ? "gpu/convolution_milo/A100" : name;
  const kernel = task.split("/").slice(0, 2).join("/");
  const rows = await readExamples([`${data}/gpukernels.jsonl.gz`], { where: [`task=${kernel}/*`] });
  const byTask = new Map(groupByTask(rows).map(({ task, examples }) => [task, examples]));
  const own = byTask.get(task);
  if (own === undefined) {
    throw new UsageError(`there is no space ${task}`, {
      hint: `of this kernel: ${[...byTask.keys()].join(", ") || "none"}`,
    });
  }
  const space = gpuKernelSpace(task, own);
  const other = source ?? [...byTask.keys()].find((each) => each !== task);
  if (other === undefined) return { space, source: undefined };
  const labels = byTask.get(other);
  if (labels === undefined || other === task) {
    throw new UsageError(`--source ${other}: not another GPU of ${kernel}`, {
      hint: `one of ${[...byTask.keys()].filter((each) => each !== task).join(", ")}`,
    });
  }
  return { space, source: { space: onOtherGpu(space, own, other, labels), price: 1 } };
}

/** The space's configurations with their times on another GPU; those that failed there have no label. */
function onOtherGpu(
  space: SearchSpace,
  own: readonly Example[],
  name: string,
  labels: readonly Example[],
): SearchSpace {
  const parameters = (x: string): string => x.slice(x.indexOf("params:"));
  const times = new Map(labels.map(({ x, y }) => [parameters(x), y[0]!]));
  const found = own.map(({ x }) => times.get(parameters(x)));
  return {
    ...space,
    name,
    truth: (candidate) => found[candidate] ?? Number.NaN,
    learnable: found.flatMap((time, i) => (time === undefined ? [] : [i])),
  };
}
