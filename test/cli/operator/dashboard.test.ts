import { describe, expect, test } from "vitest";
import { dashboardPage, dashboardParts } from "../../../src/cli/operator/dashboard/index.ts";
import { RunState } from "../../../src/cli/operator/run-state.ts";
import { type StatusServer, startStatusServer } from "../../../src/cli/operator/status-server.ts";
import type { RunProgress } from "../../../src/coordinator/index.ts";
import { hasBrowser, openBrowser } from "../../support/browser.ts";
import { committed, joined, LISTENING, STORY, stamped } from "./run-events.ts";

function stateOf(reports: readonly RunProgress[]): RunState {
  const state = new RunState();
  for (const event of stamped(reports)) state.apply(event);
  return state;
}

describe("the dashboard's parts", () => {
  test("of equal states are equal, of a new run too", () => {
    expect(dashboardParts(stateOf([]).status()).html.workers).toContain("Nobody has joined");
    const parts = dashboardParts(stateOf(STORY).status());
    expect(dashboardParts(stateOf(STORY).status())).toEqual(parts);
    expect(parts.title).toBe("2 % toy");
  });

  test("hold nothing that a worker or a task could run in a browser", () => {
    const evil = '<img src=x onerror="alert(1)">';
    const reports = [LISTENING, joined(evil), committed(1, { taskLosses: { [evil]: 1 } })];
    const { html } = dashboardParts(stateOf(reports).status());
    for (const part of Object.values(html)) expect(part).not.toContain("<img");
    expect(html.workers).toContain("&lt;img");
  });

  test("the page loads nothing from elsewhere", () => {
    expect(dashboardPage()).not.toMatch(/https?:|src=|@import|url\(/);
  });
});

/** A server whose state grows, on a port that can be taken again. */
function serve(state: RunState, port = 0, token?: string): Promise<StatusServer> {
  return startStatusServer({ host: "127.0.0.1", port, token }, () => state.status());
}

describe.skipIf(!hasBrowser)("the dashboard in a browser", () => {
  test("follows the run, survives the coordinator's restart and breaks no rule of its policy", async () => {
    const state = stateOf(STORY);
    const first = await serve(state);
    const page = await (await openBrowser()).newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) complaints.push(message.text());
    });
    await page.goto(first.url);
    await page.getByText("step 2 of 100").waitFor();
    await page.getByText("WORKER_LOST").waitFor();
    expect(await page.locator("#loss svg path.line").count()).toBeGreaterThan(0);

    for (const event of stamped([committed(3)])) state.apply(event);
    await page.getByText("step 3 of 100").waitFor();

    await first.close();
    await page.getByText("trying again").waitFor();
    for (const event of stamped([committed(4)])) state.apply(event);
    const second = await serve(state, Number(new URL(first.url).port));
    await page.getByText("step 4 of 100").waitFor();
    await second.close();
    expect(complaints).toEqual([]);
  });

  test("asks for the token, and shows the run when it is right", async () => {
    const server = await serve(stateOf(STORY), 0, "secret");
    const page = await (await openBrowser()).newPage();
    await page.goto(server.url);
    await page.locator("#token").fill("secret");
    await page.getByRole("button").click();
    await page.getByText("step 2 of 100").waitFor();
    expect(await page.locator("#token").isVisible()).toBe(false);
    await server.close();
  });
});
