import { EventEmitter } from "node:events";
import { expect, test, vi } from "vitest";
import { ThreadPort } from "../../src/worker/thread-port.ts";

/** The threads that were started, none of which runs. */
const threads: EventEmitter[] = [];

vi.mock("node:worker_threads", () => ({
  Worker: class extends EventEmitter {
    constructor() {
      super();
      threads.push(this);
    }
    postMessage(): void {}
  },
}));

const events = {
  partDone() {},
  leafDone() {},
  nodeDone() {},
  evaluated() {},
  ended() {},
  applied() {},
  fetch: () => Promise.reject(new Error("nothing is streamed")),
  failed() {},
};

test("a thread that failed before it was asked for anything does not leave who asks waiting", async () => {
  const port = new ThreadPort();
  threads.at(-1)!.emit("error", new Error("EMFILE: too many open files"));
  threads.at(-1)!.emit("exit", 1);
  await expect(port.prepare("{}", events)).rejects.toThrow("EMFILE");
});
