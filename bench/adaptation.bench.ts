// Few-shot adaptation on environments that the model has not seen: a small model is pretrained on the SeMPL rows
// without three environments, then adapted to each with few rows. Prints the mean relative error of the instant
// way, of plain fine-tuning, and of the instant way on an untrained model, each over several draws of the rows.

import { Random } from "../src/core/index.ts";
import { type Example, readExamples } from "../src/data/index.ts";
import { modelConfigSchema } from "../src/model/index.ts";
import { openEngine } from "../src/tensor/index.ts";
import { DEFAULT_NUMBER_TOKENIZER, trainBytePairVocabulary } from "../src/tokenizer/index.ts";
import {
  adapt,
  evaluate,
  Predictor,
  type TrainedModel,
  trainedModel,
} from "../src/training/index.ts";
import { pretrainedOn } from "./pretrain.ts";

const HELD_OUT = ["sempl/x264/E9", "sempl/storm/E2", "sempl/exastencils/E3"];
const NUM_STEPS = 400;
const BATCH_SIZE = 64;
const NUM_SHOTS = [5, 20, 100];
const DRAWS = [1, 2, 3];
const TEST_ROWS = 200;

export async function main(): Promise<void> {
  const engine = await openEngine();
  const rows = await readExamples(["examples/data/sempl.jsonl.gz"]);
  const started = performance.now();
  const { pretrained, untrained } = await pretrain(
    rows.filter(({ task }) => !HELD_OUT.includes(task)),
  );
  print(
    `engine ${engine.name} ${engine.precision}; pretrained ${NUM_STEPS} steps of ${BATCH_SIZE} rows in ${((performance.now() - started) / 1000).toFixed(0)} s`,
  );
  print("MRE % / coverage of the 90 % interval, means over draws; zero-shot in brackets");
  for (const task of HELD_OUT) {
    const shuffled = new Random("rows", task).shuffled(rows.filter((row) => row.task === task));
    const numTest = Math.min(TEST_ROWS, shuffled.length >> 1);
    const [test, pool] = [shuffled.slice(0, numTest), shuffled.slice(numTest)];
    const zeroShot = await score(pretrained, test);
    print(`${task} (${zeroShot.mre.toFixed(1)})`);
    for (const numShots of NUM_SHOTS) {
      const cell = async (base: TrainedModel, method: "instant" | "full"): Promise<string> => {
        let [mre, covered] = [0, 0];
        for (const draw of DRAWS) {
          const shots = new Random("shots", draw).shuffled(pool).slice(0, numShots);
          const { trained } = await adapt(base, shots, { method, seed: draw });
          const result = await score(trained, test);
          mre += result.mre / DRAWS.length;
          covered += result.covered / DRAWS.length;
        }
        return `${mre.toFixed(1)} / ${covered.toFixed(2)}`;
      };
      print(
        `  ${String(numShots).padStart(3)} shots   instant ${await cell(pretrained, "instant")}   fine-tuned ${await cell(pretrained, "full")}   instant, untrained ${await cell(untrained, "instant")}`,
      );
    }
  }
}

async function pretrain(
  examples: readonly Example[],
): Promise<{ pretrained: TrainedModel; untrained: TrainedModel }> {
  const untrained = trainedModel({
    modelConfig: modelConfigSchema.parse({
      dModel: 64,
      numEncoderLayers: 2,
      numDecoderLayers: 1,
      numHeads: 4,
      maxInputTokens: 512,
    }),
    numberTokenizer: DEFAULT_NUMBER_TOKENIZER,
    textVocabulary: trainBytePairVocabulary(
      examples.filter((_, i) => i % 20 === 0).map(({ x }) => x),
      { size: 1024 },
    ),
    seed: 1,
  });
  const pretrained = await pretrainedOn(examples, untrained, {
    numSteps: NUM_STEPS,
    batchSize: BATCH_SIZE,
    learningRate: 2e-3,
  });
  return { pretrained, untrained };
}

async function score(
  trained: TrainedModel,
  rows: readonly Example[],
): Promise<{ mre: number; covered: number }> {
  const predictor = new Predictor(trained);
  try {
    const { overall } = await evaluate(predictor, rows);
    return { mre: overall.mre ?? Number.NaN, covered: overall.coverage90 };
  } finally {
    predictor.dispose();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
