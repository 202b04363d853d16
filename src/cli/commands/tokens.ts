import { readFileSync } from "node:fs";
import { writeFileAtomic } from "../../checkpoint/index.ts";
import { InputError } from "../../core/index.ts";
import { readExamples } from "../../data/index.ts";
import { trainBytePairVocabulary } from "../../tokenizer/index.ts";
import { printResult } from "../output.ts";
import { readVocabularyFile } from "../read-vocabulary.ts";

interface TrainOptions {
  readonly data: readonly string[];
  readonly where: readonly string[];
  readonly size: number;
  readonly out: string;
  readonly json: boolean;
}

/** `auspex tokens train`: a byte-pair vocabulary from the text of the training rows. */
export async function tokensTrainCommand(options: TrainOptions): Promise<void> {
  const examples = await readExamples(options.data, {
    where: options.where,
    splits: ["train"],
    requireY: false,
    allowMissing: true,
  });
  if (examples.length === 0)
    throw new InputError("no training rows match", { hint: "check --where and the rows' split" });
  const vocabulary = trainBytePairVocabulary(
    examples.map(({ x }) => x),
    { size: options.size },
  );
  writeFileAtomic(options.out, JSON.stringify(vocabulary.toJson()));
  const result = {
    out: options.out,
    kind: vocabulary.kind,
    size: vocabulary.size,
    hash: vocabulary.hash,
    rows: examples.length,
  };
  printResult(options.json, result, (r) => [`${r.out}: ${r.size} tokens from ${r.rows} rows`]);
}

/** `auspex tokens encode`: ids and pieces of one text. */
export async function tokensEncodeCommand(options: {
  readonly vocab: string;
  readonly text: string;
  readonly json: boolean;
}): Promise<void> {
  const vocabulary = await readVocabularyFile(options.vocab);
  const text = options.text === "-" ? readFileSync(0, "utf8") : options.text;
  const ids = vocabulary.encode(text);
  printResult(options.json, { ids: [...ids], pieces: vocabulary.pieces(ids) }, ({ pieces }) => [
    `${ids.length} tokens`,
    pieces.map((piece) => JSON.stringify(piece)).join(" "),
  ]);
}
