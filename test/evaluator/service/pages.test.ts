// The pages in a real browser: what they show, that they follow the study, and that they load nothing from elsewhere.

import { describe, expect, onTestFinished, test } from "vitest";
import { sha256Hex } from "../../../src/core/index.ts";
import { Chart, rangeOf } from "../../../src/evaluator/page/chart.ts";
import { percent, shown } from "../../../src/evaluator/page/html.ts";
import { hasBrowser, openBrowser } from "../../support/browser.ts";
import { post, type StartOptions, start } from "./http.ts";

async function serve(options: StartOptions = {}) {
  const service = await start(options);
  onTestFinished(() => service.close(0));
  return service.url;
}

const SPEC = {
  id: "s",
  objectives: [{ name: "cost", goal: "min", unit: "ms", optimum: 1 }],
  auditShare: 0,
  warmupTells: 2,
};
const tell = (url: string, value: number, text = `x ${value}`) =>
  post(`${url}/v1/studies/s/tell`, { candidate: { text }, values: { cost: value } });

describe.skipIf(!hasBrowser)("in a browser", () => {
  test("a study's page shows its figures, plots and reasons, and follows what is told", async () => {
    const url = await serve();
    await post(`${url}/v1/studies`, SPEC);
    const page = await (await openBrowser()).newPage();
    const problems: string[] = [];
    const asked: string[] = [];
    page.on("console", (message) => problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(url);
    await page.getByRole("link", { name: "s", exact: true }).click();
    await page.getByText("Nothing told yet").waitFor();
    expect(await page.locator("#live").textContent()).toBe("live");

    for (const value of [40, 50, 60]) await tell(url, value);
    await post(`${url}/v1/studies/s/decide`, { candidates: [{ text: "x 20" }, { text: "x 90" }] });
    await page.getByRole("img", { name: "cost by real evaluation, and the best so far" }).waitFor();
    await expect
      .poll(() => page.locator(".verdict").allTextContents())
      .toEqual(["reject", "promote"]);
    const tiles = async () => page.locator(".tile").allTextContents();
    expect(await tiles()).toContain("40best cost, ms");
    expect(await tiles()).toContain("39regret of cost");
    expect(await page.locator(".state").textContent()).toBe("calibrating");
    expect(await page.getByText("FEW_TELLS").count()).toBe(1);
    for (const name of ["Calibration", "Coverage", "Foretold and told", "Promoted and rejected"]) {
      expect(await page.getByRole("heading", { name }).count()).toBe(1);
    }
    expect(await page.locator("svg circle").count()).toBe(3 + 3 + 2);

    // What was opened stays open, and the new best comes without a reload.
    await page.locator("summary").click();
    await tell(url, 10, "x 10 <img src=x onerror=alert(1)>");
    await expect.poll(tiles).toContain("10best cost, ms");
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(problems).toEqual([]);
    expect(asked.filter((from) => !from.startsWith(url) && !from.startsWith("data:"))).toEqual([]);
  }, 60_000);

  test("several objectives: front and hypervolume; dark where the reader wants it; no page wider than a phone", async () => {
    const url = await serve();
    const objectives = [
      { name: "cost", goal: "min" },
      { name: "gain", goal: "max" },
    ];
    await post(`${url}/v1/studies`, { id: "s", objectives });
    for (const n of [10, 20, 30]) {
      const values = { cost: n, gain: n * n };
      await post(`${url}/v1/studies/s/tell`, { candidate: { text: `x ${n}` }, values });
    }
    const browser = await openBrowser();
    const page = await browser.newPage({
      colorScheme: "dark",
      viewport: { width: 390, height: 800 },
    });
    await page.goto(`${url}/studies/s`);
    await page.getByRole("img", { name: "Pareto front of cost and gain" }).waitFor();
    expect(await page.getByRole("img", { name: "Hypervolume by real evaluation" }).count()).toBe(1);
    expect(await page.locator(".tile").first().textContent()).toBe("3on the Pareto front");
    const background = await page.evaluate("getComputedStyle(document.body).backgroundColor");
    expect(background).toBe("rgb(20, 23, 26)");
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  }, 60_000);

  test("with tokens the page asks for one, keeps it for the tab, and says when the service is gone", async () => {
    const tokens = [{ sha256: sha256Hex("secret"), scopes: ["admin"] as const }];
    const service = await start({ tokens });
    const admin = { authorization: "Bearer secret" };
    await post(`${service.url}/v1/studies`, SPEC, admin);
    const page = await (await openBrowser()).newPage();
    await page.goto(`${service.url}/studies/s`);
    await page.getByLabel("token").fill("wrong");
    await page.getByRole("button").click();
    await page.getByLabel("token").fill("secret");
    await page.getByRole("button").click();
    await page.getByText("Nothing told yet").waitFor();
    await page.reload();
    await page.getByText("Nothing told yet").waitFor();
    await service.close(0);
    await page.getByText("the service does not answer").waitFor();
    expect(await page.locator("#live").getAttribute("class")).toBe("off");
  }, 60_000);
});

test("a view is 304 while nothing has changed, needs the scope, and lets the page load nothing else", async () => {
  const tokens = [{ sha256: sha256Hex("secret"), scopes: ["score", "tell"] as const }];
  const url = await serve({ tokens });
  const headers = { authorization: "Bearer secret" };
  await post(`${url}/v1/studies`, SPEC, headers);
  expect((await fetch(`${url}/studies/s/view`)).status).toBe(401);
  const first = await fetch(`${url}/studies/s/view`, { headers });
  expect(first.status).toBe(200);
  const etag = first.headers.get("etag")!;
  const again = await fetch(`${url}/studies/s/view`, {
    headers: { ...headers, "if-none-match": etag },
  });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  const page = await fetch(`${url}/studies/s`);
  expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'; /);
  expect(await page.text()).not.toContain("http");
  expect((await fetch(`${url}/studies/none/view`, { headers })).status).toBe(404);
  const docs = await (await fetch(`${url}/docs`)).text();
  for (const path of ["/v1/score", "/v1/studies/{id}/tell", "/evaluate", "/v2/health/live"]) {
    expect(docs).toContain(path);
  }
});

test("axes have round numbers, whatever the range; marks stay inside", () => {
  for (const [from, to] of [
    [0, 1],
    [-3.2, 17],
    [1e-9, 2e-9],
    [5, 5],
    [1e5, 3e7],
  ] as const) {
    const chart = new Chart({ label: "x", ...rangeOf([from, to]) }, { label: "y", from: 0, to: 1 });
    expect(chart.x.ticks.length).toBeGreaterThan(2);
    expect(chart.x.ticks.length).toBeLessThan(13);
    expect(chart.x(from * 100 - 1e9)).toBeGreaterThanOrEqual(62);
  }
  const log = new Chart(
    { label: "x", ...rangeOf([1, 1e6], true), isLog: true },
    { label: "y", from: 0, to: 1 },
  );
  expect(log.x.ticks).toEqual([1, 10, 100, 1000, 10_000, 100_000, 1e6]);
  expect(log.x(-5)).toBe(log.x(log.x.ticks[0]! / 1.15));
  expect(rangeOf([])).toEqual({ from: 0, to: 1 });
  expect([
    shown(0.00001),
    shown(1234.567),
    shown(undefined),
    percent(0.05),
    percent(Number.NaN),
  ]).toEqual(["1.00e-5", "1235", "-", "5.0 %", "-"]);
});
