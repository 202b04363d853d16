// The frame of the dashboard: a page without a run in it. Its script asks for the parts, which are drawn by
// the coordinator, and puts in those that changed. Nothing is loaded from elsewhere.

import { sha256Base64 } from "../../../core/index.ts";
import { STYLE } from "../../report/style.ts";
import { el, type Markup } from "../../report/svg.ts";
import { CLIENT_SCRIPT } from "./client-script.ts";
import { DASHBOARD_STYLE } from "./style.ts";

const STYLE_TEXT = STYLE + DASHBOARD_STYLE;
const sourceOf = (text: string): string => `'sha256-${sha256Base64(text)}'`;

/** Content security policy: this page's own script and style, this address's answers, nothing else. */
export const DASHBOARD_POLICY = [
  "default-src 'none'",
  `script-src ${sourceOf(CLIENT_SCRIPT)}`,
  `style-src ${sourceOf(STYLE_TEXT)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Ids of the parts, in the order of the page. */
export const PART_IDS = [
  "head",
  "tiles",
  "loss",
  "throughput",
  "workers",
  "phases",
  "tasks",
  "alerts",
  "facts",
] as const;

const SECTIONS: Readonly<Partial<Record<(typeof PART_IDS)[number], string>>> = {
  loss: "Loss",
  throughput: "Throughput",
  workers: "Workers",
  phases: "The newest step",
  tasks: "Loss by task",
  alerts: "Alerts",
  facts: "This run",
};
const WIDE = new Set<string>(["workers"]);

/** The page; the same for every run. */
export function dashboardPage(): string {
  const head = el(
    "head",
    {},
    el("meta", { charset: "utf-8" }),
    el("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    el("title", {}, "auspex"),
    // Both are ours and hold nothing that would need an escape.
    { markup: `<style>${STYLE_TEXT}</style>` },
  );
  const sections = PART_IDS.flatMap((id) => {
    const title = SECTIONS[id];
    return title === undefined ? [] : [section(id, title)];
  });
  const main = el(
    "main",
    {},
    el("div", { id: "link", class: "link", role: "status" }, "connecting"),
    el("header", { id: "head" }, el("h1", {}, "auspex")),
    tokenForm(),
    el("div", { id: "tiles", class: "tiles" }),
    el("div", { class: "cards" }, sections),
  );
  const script: Markup = { markup: `<script>${CLIENT_SCRIPT}</script>` };
  const body = el("body", {}, main, script);
  return `<!doctype html>\n${el("html", { lang: "en" }, head, body).markup}\n`;
}

function section(id: string, title: string): Markup {
  const attributes = WIDE.has(id) ? { class: "wide" } : {};
  return el("section", attributes, el("h2", {}, title), el("div", { id }));
}

function tokenForm(): Markup {
  return el(
    "form",
    { id: "token-form", class: "token", hidden: "" },
    el("label", { for: "token" }, "This run is shown with a token only."),
    el("input", { id: "token", type: "password", autocomplete: "off", required: "" }),
    el("button", {}, "Show"),
  );
}
