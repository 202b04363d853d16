/** Polls /parts and puts in what changed. A token stays in this tab. Runs in the browser: plain JavaScript. */
export const CLIENT_SCRIPT = `
"use strict";
const link = document.getElementById("link");
const form = document.getElementById("token-form");
const shown = {};
let failures = 0, timer = 0;
function say(state, text) { link.className = "link " + state; link.textContent = text; }
function show(parts) {
  document.title = parts.title;
  for (const [id, html] of Object.entries(parts.html)) {
    if (shown[id] === html) continue;
    shown[id] = html;
    const place = document.getElementById(id);
    if (place !== null) place.innerHTML = html;
  }
}
async function poll() {
  clearTimeout(timer);
  let waitMs = document.hidden ? 5000 : 1000;
  try {
    const token = sessionStorage.getItem("auspex-token");
    const headers = token === null ? {} : { authorization: "Bearer " + token };
    const answer = await fetch("parts", { headers, signal: AbortSignal.timeout(5000) });
    if (answer.status === 401) {
      sessionStorage.removeItem("auspex-token");
      form.hidden = false;
      return say("off", "a token is needed");
    }
    if (!answer.ok) throw new Error("status " + answer.status);
    show(await answer.json());
    failures = 0;
    form.hidden = true;
    say("on", "live");
  } catch {
    failures++;
    waitMs = Math.min(10000, 1000 * failures);
    say("off", "no answer; this is the last that was seen, trying again");
  }
  timer = setTimeout(poll, waitMs);
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem("auspex-token", document.getElementById("token").value.trim());
  poll();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden && form.hidden) poll(); });
poll();
`;
