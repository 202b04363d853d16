// A service on the fake predictor, as a process of its own: for clients in other languages. Prints its URL, and
// ends when its stdin does.

import { start } from "../evaluator/service/http.ts";

const service = await start();
process.stdout.write(`${service.url}\n`);
process.stdin.resume();
process.stdin.on("end", () => void service.close(100).then(() => process.exit(0)));
