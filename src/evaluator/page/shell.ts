// The pages themselves: a head, a place for the view, and a script that keeps it current. No resource from
// elsewhere; the policy of the page allows none.

import { sha256Base64 } from "../../core/index.ts";
import { escapeHtml } from "./html.ts";
import { STYLE } from "./style.ts";

// Asks for the view again and again; the server answers 304 while nothing has changed. A service with tokens asks for
// one: it stays in this tab.
const SCRIPT = `
const view = document.getElementById("view"), live = document.getElementById("live");
let tag = "", timer;
const say = (state, text) => { live.className = state; live.textContent = text; };
const headers = () => {
  const token = sessionStorage.getItem("auspex-token");
  return { ...(token ? { authorization: "Bearer " + token } : {}), ...(tag ? { "if-none-match": tag } : {}) };
};
const askToken = () => {
  say("off", "a token is needed");
  if (document.getElementById("token")) return;
  view.innerHTML = '<section><h2>Token</h2><p>This service asks for a bearer token with the scope score.</p>' +
    '<form><input id="token" type="password" autocomplete="off" aria-label="token"><button>Show</button></form></section>';
  view.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    sessionStorage.setItem("auspex-token", document.getElementById("token").value);
    view.innerHTML = '<p class="mute">loading</p>';
    refresh();
  });
};
const put = (html) => {
  const open = new Set([...view.querySelectorAll("details[open] summary")].map((e) => e.textContent));
  view.innerHTML = html;
  for (const e of view.querySelectorAll("summary")) if (open.has(e.textContent)) e.parentElement.open = true;
};
const refresh = async () => {
  clearTimeout(timer);
  try {
    const response = await fetch(view.dataset.from, { headers: headers(), cache: "no-store" });
    if (response.status === 401 || response.status === 403) return askToken();
    if (response.status === 200) {
      tag = response.headers.get("etag") ?? "";
      put(await response.text());
    }
    if (response.status === 404) say("off", "no such study");
    else if (response.ok || response.status === 304) say("on", "live");
    else say("off", "error " + response.status);
  } catch {
    say("off", "the service does not answer");
  }
  timer = setTimeout(refresh, document.hidden ? 5000 : 1000);
};
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
refresh();
`;

/** What a page may load: its own style and script, and the service's answers. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${sha256Base64(SCRIPT)}'`,
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** A page whose view is fetched from `viewPath` and kept current. */
export function livePage(title: string, viewPath: string): string {
  const body = `<div id="view" data-from="${escapeHtml(viewPath)}"><p class="mute">loading</p></div><script>${SCRIPT}</script>`;
  return page(title, '<span id="live">connecting</span>', body);
}

/** A page that does not change. */
export function staticPage(title: string, body: string): string {
  return page(title, "", body);
}

function page(title: string, aside: string, body: string): string {
  const links =
    '<nav><a href="/">studies</a><a href="/docs">interface</a><a href="/openapi.json">openapi.json</a></nav>';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<link rel="icon" href="data:,"><title>${escapeHtml(title)} - auspex</title><style>${STYLE}</style></head>
<body><main><header><h1>${escapeHtml(title)}</h1>${links}${aside}</header>
${body}</main></body></html>
`;
}
