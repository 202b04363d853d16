// A real browser for tests of pages. Where none is installed, tests skip and say so; in continuous integration
// (CI set) that is a failure.

import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { onTestFinished } from "vitest";

const PATHS = [
  process.env["CHROMIUM_PATH"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];
const executablePath = PATHS.find((path) => path !== undefined && existsSync(path));

export const hasBrowser = executablePath !== undefined;

if (!hasBrowser) {
  const text = "chromium is not installed: tests of pages in a browser are skipped";
  if (process.env["CI"]) throw new Error(text);
  process.stderr.write(`${text}\n`);
}

/** Starts a browser that ends with the test. */
export async function openBrowser(): Promise<Browser> {
  // A container's root has no sandbox to start; the pages are our own.
  const browser = await chromium.launch({
    executablePath: executablePath!,
    args: ["--no-sandbox"],
  });
  onTestFinished(() => browser.close());
  return browser;
}
