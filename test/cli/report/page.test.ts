import { expect, test } from "vitest";
import { type ReportData, renderReport } from "../../../src/cli/report/index.ts";

const quantiles = Array.from({ length: 99 }, (_, i) => ({ p: (i + 1) / 100, value: 40 + i / 10 }));
const points = Array.from({ length: 50 }, (_, i) => ({
  truth: 1 + i * i,
  predicted: 2 + i * i,
  low: 1,
  high: 3000,
}));

const FULL: ReportData = {
  title: "Report <script>alert(1)</script>",
  subtitle: 'with "quotes" & more',
  headline: [{ label: "Spearman", value: "0.93", note: "20 shots" }],
  learning: [
    { step: 1, trainLoss: 5, validationLoss: 5.2 },
    { step: 2, trainLoss: 3 },
    { step: 3, trainLoss: 2, validationLoss: 2.1 },
  ],
  predictions: [{ task: "sempl/x264/E9", unit: "s", points }],
  fewShot: [
    {
      task: "sempl/x264/E9",
      series: [
        {
          name: "transferred",
          points: [
            { shots: 0, spearman: 0.7, mre: 44 },
            { shots: 20, spearman: 0.9, mre: 8 },
          ],
        },
        { name: "from scratch", points: [{ shots: 20, spearman: -0.1, mre: 900 }] },
      ],
    },
  ],
  density: { label: "one row", truth: 45, median: 44.9, quantiles, text: "a: <b>" },
  ranking: { label: "x264", direction: "min", candidates: points },
  tables: [
    {
      caption: "Table",
      columns: ["task", "shots", "MRE"],
      rows: [
        ["a", 0, null],
        ["b", 20, "8.1 %"],
      ],
    },
  ],
  facts: { engine: "native", seconds: 12.5 },
};

test("a full report is one file: no script, nothing from outside, every text escaped", () => {
  const page = renderReport(FULL);
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(page).not.toMatch(/<script|<link|<img|https?:|url\(|@import|javascript:/i);
  expect(page).toContain("Report &lt;script&gt;alert(1)&lt;/script&gt;");
  expect(page).toContain("with &quot;quotes&quot; &amp; more");
  expect(page.match(/<svg /g)).toHaveLength(6);
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
});

test("tags are balanced", () => {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [tag, slash, name, self] of renderReport(FULL).matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
    if (self === "/") continue;
    if (slash !== "/") open.push(name!);
    else if (open.pop() !== name) wrong.push(tag);
  }
  expect([open, wrong]).toEqual([[], []]);
});

test("the same data give the same page", () => {
  expect(renderReport(FULL)).toBe(renderReport(FULL));
});

test("parts that are missing are left out", () => {
  const page = renderReport({ title: "Only a title" });
  expect(page).not.toContain("<svg");
  expect(page).toContain("Only a title");
});

test("values at the edge still give pictures without NaN", () => {
  const page = renderReport({
    title: "Edge",
    learning: [
      { step: 1, trainLoss: Number.NaN },
      { step: 2, trainLoss: 1 },
    ],
    predictions: [
      { task: "zero", points: [{ truth: 0, predicted: 0 }] },
      { task: "none", points: [] },
    ],
    fewShot: [
      {
        task: "a",
        series: [{ name: "only", points: [{ shots: 0, spearman: Number.NaN, mre: 3 }] }],
      },
    ],
    density: {
      label: "point",
      truth: 3,
      median: 3,
      quantiles: [
        { p: 0.05, value: 3 },
        { p: 0.95, value: 3 },
      ],
    },
    ranking: { label: "one", direction: "max", candidates: [{ predicted: 1, truth: 1 }] },
  });
  expect(page).not.toMatch(/NaN|Infinity/);
});

test("the ranking card says where the first choice truly is, and where the best was found", () => {
  const candidates = [
    { predicted: 1, truth: 20 },
    { predicted: 2, truth: 10 },
    { predicted: 3, truth: 30 },
  ];
  const page = renderReport({ title: "r", ranking: { label: "x", direction: "min", candidates } });
  expect(page).toContain(
    "first choice (20) is truly number 2 of 3; the true best (10) is its choice number 2.",
  );
});
