import { openEngine } from "../../src/tensor/index.ts";
import { openModel, Predictor } from "../../src/training/index.ts";
import { readDataset } from "./datasets.ts";
import { someRows } from "./problem.ts";

await openEngine();
const trained = openModel("models/auspex-small");
const predictor = new Predictor(trained);
const rows = await readDataset("../shared/data", "bhive");
for (const cpu of ["haswell", "ivybridge"]) {
  const test = someRows(
    rows.filter((r) => r.task === `bhive/${cpu}` && r.split === "test"),
    500,
    "x",
  );
  for (const name of ["haswell", "ivybridge", "skylake", "kemba-7100", "TX 62", "zen4"]) {
    const d = await predictor.distributions(
      test.map((r) => r.x.replace(/target: \w+/, `target: ${name}`)),
      { numObjectives: 1 },
    );
    const e = test.map((r, i) => Math.abs(d[i]![0]!.median - r.y[0]!) / r.y[0]!);
    const l = test.map((r, i) => Math.abs(d[i]![0]!.leastRelativeError - r.y[0]!) / r.y[0]!);
    const inside =
      test.filter(
        (r, i) => d[i]![0]!.quantile(0.05) <= r.y[0]! && r.y[0]! <= d[i]![0]!.quantile(0.95),
      ).length / test.length;
    const s = e.toSorted((a, b) => a - b);
    const m = (x: number[]) => ((100 * x.reduce((a, b) => a + b, 0)) / x.length).toFixed(1);
    console.log(
      cpu,
      name,
      m(e),
      "least",
      m(l),
      "median",
      (100 * s[250]!).toFixed(1),
      "p95",
      (100 * s[475]!).toFixed(0),
      "max",
      (100 * s[499]!).toFixed(0),
      "in",
      inside.toFixed(2),
    );
  }
}
