// Density estimation in one dimension: a text says x, the answer is drawn from a distribution that depends
// on it (two branches that part and meet; a noise that grows). The model writes the whole distribution, and
// this draws it beside the samples it was taught. Run: npx tsx examples/density/main.ts [--quick]

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Random } from "../../src/core/index.ts";
import { RegressLM } from "../../src/training/index.ts";

type Draw = (x: number, random: Random) => number;

const TASKS: Readonly<Record<string, Draw>> = {
  bimodal: (x, random) =>
    (random.float() < 0.5 ? 1 : -1) * (0.3 + Math.sin(Math.PI * x) ** 2) + 0.06 * random.normal(),
  heteroscedastic: (x, random) => Math.sin(2 * Math.PI * x) + (0.03 + 0.4 * x) * random.normal(),
};

const QUICK = process.argv.includes("--quick");
const NUM_ROWS = QUICK ? 600 : 6000;
const NUM_EPOCHS = QUICK ? 2 : 8;
const COLUMNS = 48;
const [WIDTH, HEIGHT] = [480, 320];
const [LOWEST, HIGHEST] = [-2, 2];

const text = (task: string, x: number): string => `${task} x=${x.toFixed(3)}`;

const lm = await RegressLM.fromScratch({
  dModel: 64,
  numEncoderLayers: 2,
  numDecoderLayers: 2,
  numHeads: 4,
  maxInputTokens: 48,
  numberTokenizer: { kind: "ieee", numExponentDigits: 1, numMantissaDigits: 3 },
});
const random = new Random("density");
const taught = Array.from({ length: NUM_ROWS }, (_, i) => {
  const task = Object.keys(TASKS)[i % 2]!;
  const x = random.float();
  return { task, x, y: TASKS[task]!(x, random) };
});
await lm.fineTune(
  taught.map(({ task, x, y }) => ({ x: text(task, x), y })),
  {
    learningRate: 3e-3,
    batchSize: 64,
    maxEpochs: NUM_EPOCHS,
    patience: NUM_EPOCHS,
    onEpoch: ({ epoch, validationLoss }) =>
      process.stdout.write(`epoch ${epoch}: validation loss ${validationLoss.toFixed(4)}\n`),
  },
);

const panels: string[] = [];
for (const [index, task] of Object.keys(TASKS).entries()) {
  const xs = Array.from({ length: COLUMNS }, (_, column) => (column + 0.5) / COLUMNS);
  const answers = await lm.distribution(
    xs.map((x) => text(task, x)),
    { maxNodes: 256 },
  );
  const cells = answers.flatMap(({ first }, column) => {
    const numCells = 64;
    return Array.from({ length: numCells }, (_, cell) => {
      const lo = LOWEST + (cell * (HIGHEST - LOWEST)) / numCells;
      const hi = lo + (HIGHEST - LOWEST) / numCells;
      const density = (first.cdf(hi) - first.cdf(lo)) / (hi - lo);
      return rectangle(column, lo, hi, Math.min(1, density / 2));
    });
  });
  const dots = taught
    .filter((row) => row.task === task)
    .slice(0, 400)
    .map(
      ({ x, y }) =>
        `<circle cx="${(x * WIDTH).toFixed(1)}" cy="${at(y).toFixed(1)}" r="1.2" fill="#d33" fill-opacity="0.6"/>`,
    );
  panels.push(
    `<g transform="translate(${index * (WIDTH + 20)} 24)"><text y="-8" font-family="sans-serif" font-size="14">${task}: density of the model, rows it was taught in red</text>${cells.join("")}${dots.join("")}</g>`,
  );
}
const file = fileURLToPath(new URL("density.svg", import.meta.url));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(
  file,
  `<svg xmlns="http://www.w3.org/2000/svg" width="${2 * WIDTH + 20}" height="${HEIGHT + 24}">${panels.join("")}</svg>\n`,
);
process.stdout.write(`wrote ${file}\n`);
lm.dispose();

function at(y: number): number {
  return HEIGHT * (1 - (y - LOWEST) / (HIGHEST - LOWEST));
}

function rectangle(column: number, lo: number, hi: number, opacity: number): string {
  if (opacity < 0.01) return "";
  const width = WIDTH / COLUMNS;
  return `<rect x="${(column * width).toFixed(1)}" y="${at(hi).toFixed(1)}" width="${width.toFixed(1)}" height="${(at(lo) - at(hi)).toFixed(1)}" fill="#135" fill-opacity="${opacity.toFixed(2)}"/>`;
}
