// Trains the bundled default vocabulary (src/tokenizer/generated/default-merges.ts) on what a checkout has:
// the bundled data, and code and prose that come with node, npm and the installed packages. Run it with
//   npx tsx scripts/train-default-vocabulary.ts
// The result depends on the versions installed; a vocabulary that has shipped is never trained again under
// the same name, since models depend on it.

import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readExamples } from "../src/data/index.ts";
import { countPieces, trainMerges } from "../src/tokenizer/text/train-byte-pairs.ts";

const SIZE = 8192;
const MAX_BYTES_PER_SOURCE = 12_000_000;
/** Mean line length above which a file is taken for minified or generated. */
const MAX_LINE_LENGTH = 120;

const root = fileURLToPath(new URL("..", import.meta.url));
const nodePrefix = dirname(dirname(process.execPath));
const places = [
  join(root, "node_modules"),
  join(nodePrefix, "include/node"),
  join(nodePrefix, "lib/node_modules/npm"),
];

/** Share of each source in the counts. */
const sources: { share: number; texts: () => Promise<string[]> }[] = [
  { share: 0.2, texts: () => rows("sempl") },
  {
    share: 0.1,
    texts: async () =>
      (await Promise.all(["nb201_latency", "fbnet_latency", "ofa_latency"].map(rows))).flat(),
  },
  { share: 0.2, texts: async () => files(/\.(js|mjs|ts)$/) },
  { share: 0.15, texts: async () => files(/\.(md|txt)$/) },
  { share: 0.2, texts: async () => files(/\.py$/) },
  { share: 0.15, texts: async () => files(/\.(h|cc|c|hpp)$/) },
];

const total = new Map<string, number>();
for (const { share, texts } of sources) {
  const counts = countPieces(await texts());
  const sum = [...counts].reduce((length, [piece, count]) => length + piece.length * count, 0);
  for (const [piece, count] of counts) {
    const scaled = Math.round((1e9 * share * count) / sum);
    if (scaled > 0) total.set(piece, (total.get(piece) ?? 0) + scaled);
  }
}
const { pairs, size } = trainMerges(total, SIZE);
const bytes = Buffer.from(Uint16Array.from(pairs.flat()).buffer);
writeFileSync(
  join(root, "src/tokenizer/generated/default-merges.ts"),
  `// Made by scripts/train-default-vocabulary.ts: ${pairs.length} merges, ${size} ids, as little-endian pairs of uint16.\n` +
    `export const DEFAULT_MERGES =\n  "${bytes.toString("base64")}";\n`,
);
process.stdout.write(`${size} ids from ${total.size} pieces\n`);

async function rows(name: string): Promise<string[]> {
  const examples = await readExamples([join(root, `examples/data/${name}.jsonl.gz`)], {
    splits: ["train"],
  });
  return examples.map(({ x }) => x);
}

/** Texts of matching files, evenly taken over all of them, up to the limit. */
function files(pattern: RegExp): string[] {
  const paths = places
    .flatMap((place) => walk(place))
    .filter((path) => pattern.test(path) && !/\.min\.|\/dist\//.test(path));
  const sizes = paths.map((path) => statSync(path).size);
  const sum = sizes.reduce((a, b) => a + b, 0);
  const every = Math.max(1, Math.ceil(sum / MAX_BYTES_PER_SOURCE));
  return paths
    .filter((_, i) => i % every === 0 && sizes[i]! < 400_000)
    .map((path) => readFileSync(path, "utf8"))
    .filter((text) => text.length / text.split("\n").length < MAX_LINE_LENGTH);
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
