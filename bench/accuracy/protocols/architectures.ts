// Neural architectures: HELP's ten samples of a new device, and accuracies from few labelled cells.

import type { Example } from "../../../src/data/index.ts";
import { type Dataset, readDataset, readTargets } from "../datasets.ts";
import { type Problem, someRows } from "../problem.ts";
import type { Setting } from "../setting.ts";
import { architectureText, type Space } from "../texts.ts";

const TRIMMED_SHARE = 0.1;
/** Architectures that samples are drawn from. */
const MAX_POOL = 300;
const SPACES: readonly (readonly [Dataset, Space])[] = [
  ["nb201_latency", "nas-bench-201"],
  ["fbnet_latency", "fbnet"],
  ["ofa_latency", "ofa-mobilenetv3"],
];

/** HELP: trained on its own devices and support architectures; devices of its validation set are the new ones. */
export async function helpProblems(setting: Setting): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [dataset, space] of SPACES) {
    const rows = await readDataset(setting.data, dataset);
    const {
      y: labels,
      help_meta_train,
      help_meta_valid,
      extra = [],
    } = readTargets(setting.data)[dataset]!;
    const of = (part: string, device: string): Example[] => {
      const at = labels.indexOf(`latency_ms:${device}`);
      const chosen = rows
        .filter(({ meta }) => (meta as { help?: string }).help === part)
        .toSorted((a, b) => a.y[at]! - b.y[at]!);
      const cut = Math.floor(chosen.length * TRIMMED_SHARE);
      return chosen.slice(cut, chosen.length - cut).map((row) => ({
        ...row,
        task: `${dataset.replace("_", "/")}/${device}`,
        x: architectureText(space, "latency_ms", row.x, device),
        y: [row.y[at]!],
      }));
    };
    const candidates = someRows(
      rows.filter(({ meta }) => (meta as { help?: string }).help === "help_support"),
      MAX_POOL,
      dataset,
    );
    const mayBeShot = new Set(candidates.map(({ meta }) => indexOf(meta)));
    const sources = help_meta_train!.flatMap((device) => of("help_support", device));
    const targets = setting.quick ? help_meta_valid! : [...help_meta_valid!, ...extra];
    for (const device of targets) {
      problems.push({
        protocol: "help",
        target: `${dataset.replace("_", "/")}/${device}`,
        pool: of("help_support", device).filter(({ meta }) => mayBeShot.has(indexOf(meta))),
        // Devices trim different ones, and share who speaks for the known devices.
        candidates: candidates.map(({ x }) => architectureText(space, "latency_ms", x, device)),
        speakersFor: dataset,
        test: someRows(of("help_query", device), setting.maxRows, device),
        sources,
        candidatesMeasured: false,
        shots: [10],
      });
    }
  }
  return problems;
}

function indexOf(meta: unknown): number {
  return (meta as { index: number }).index;
}

/** Accuracies of cells, of which the model has seen none. */
export async function accuracyProblems(setting: Setting): Promise<Problem[]> {
  const rows = await readDataset(setting.data, "nb201_accuracy");
  return ["cifar10", "cifar100", "imagenet16-120"].map((images, at) => {
    const of = (split: string): Example[] =>
      rows
        .filter((row) => row.split === split)
        .map((row) => ({
          ...row,
          task: `nb201/accuracy/${images}`,
          x: architectureText("nas-bench-201", `${images}_accuracy`, row.x),
          y: [row.y[at]!],
        }));
    return {
      protocol: "nb201-accuracy",
      target: `nb201/accuracy/${images}`,
      speakersFor: images,
      pool: someRows(of("train"), setting.quick ? 1500 : 4000, images),
      test: someRows(of("test"), setting.maxRows, images),
      sources: [],
      candidatesMeasured: false,
      shots: setting.quick ? [16, 64, 256] : [16, 64, 256, 1024],
    };
  });
}
