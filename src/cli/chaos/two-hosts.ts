// F8 on a real link: coordinator and worker on two hosts, which are network namespaces of this machine with a veth
// pair between them, over tcp with CURVE. The link goes down for a while and comes back.

import { spawnSync } from "node:child_process";
import { sleep, systemClock } from "../../core/index.ts";
import { ChaosError, type Cluster } from "./cluster.ts";
import { type KeyFiles, writeKeys } from "./keys.ts";
import { expectFired, type Outcome, type Scenario, stopAfter } from "./scenario.ts";

const COORDINATOR_HOST = "10.77.84.1";
const WORKER_HOST = "10.77.84.2";
const PORT = 5555;
/** Until the worker is missed, with room. */
const DOWN_MS = 3000;
const LOOK_MS = 1000;

interface TwoHosts {
  readonly near: string;
  readonly far: string;
  /** Takes the link down or up. */
  setLink(state: "up" | "down"): void;
  close(): void;
}

/** Namespaces carry the process's number: two runs at a time do not meet. */
function openHosts(): TwoHosts | string {
  const [near, far] = [`auspex-n${process.pid}`, `auspex-f${process.pid}`];
  const [nearEnd, farEnd] = [`axn${process.pid}`, `axf${process.pid}`];
  const close = (): void => {
    for (const name of [near, far]) spawnSync("ip", ["netns", "del", name]);
  };
  const inside = (name: string, command: string): string => `netns exec ${name} ${command}`;
  const commands = [
    `netns add ${near}`,
    `netns add ${far}`,
    `link add ${nearEnd} netns ${near} type veth peer name ${farEnd} netns ${far}`,
    inside(near, `ip addr add ${COORDINATOR_HOST}/24 dev ${nearEnd}`),
    inside(far, `ip addr add ${WORKER_HOST}/24 dev ${farEnd}`),
    inside(near, "ip link set lo up"),
    inside(near, `ip link set ${nearEnd} up`),
    inside(far, `ip link set ${farEnd} up`),
  ];
  for (const command of commands) {
    const { status, stderr, error } = spawnSync("ip", command.split(" "), { encoding: "utf8" });
    if (status === 0) continue;
    close();
    return `ip ${command}: ${error?.message ?? stderr.trim()}`;
  }
  const setLink = (state: "up" | "down"): void => {
    spawnSync("ip", inside(near, `ip link set ${nearEnd} ${state}`).split(" "));
  };
  return { near, far, setLink, close };
}

function whyNotPermitted(): string | undefined {
  const hosts = openHosts();
  if (typeof hosts === "string") return `no network namespaces here (${hosts})`;
  hosts.close();
  return undefined;
}

/** With fewer than two workers the run waits, so that it is not over before the link is back. */
export function twoHostsScenario(): Scenario {
  const unavailable = whyNotPermitted();
  let hosts: TwoHosts;
  return {
    ids: ["F8"],
    ...(unavailable !== undefined && { unavailable }),
    options: () => {
      const opened = openHosts();
      if (typeof opened === "string") throw new ChaosError(opened);
      hosts = opened;
      return {
        address: `tcp://${COORDINATOR_HOST}:${PORT}`,
        policy: { heartbeatIntervalMs: 200, heartbeatTimeoutMs: 1000 },
        coordinatorArguments: ["--min-workers", "2"],
        host: ["ip", "netns", "exec", hosts.near],
      };
    },
    async run(cluster, bench): Promise<Outcome> {
      cluster.onClose(() => hosts.close());
      return breakLink(cluster, hosts, await writeKeys(bench.directory));
    },
  };
}

async function breakLink(cluster: Cluster, hosts: TwoHosts, files: KeyFiles): Promise<Outcome> {
  const { server, serverKey, allow, good, second } = files;
  const keyed = (key: string): string[] => ["--key", key, "--server-key", serverKey];
  const coordinator = cluster.startCoordinator([stopAfter(3)], 2, [
    "--key",
    server,
    "--allow",
    allow,
  ]);
  cluster.startWorker("good", [], keyed(good));
  const far = cluster.startWorker("second", [], keyed(second), ["ip", "netns", "exec", hosts.far]);
  await expectFired(cluster, coordinator, coordinator);
  hosts.setLink("down");
  await cluster.resume(coordinator);
  await sleep(systemClock, DOWN_MS);
  const before = cluster.commits().length;
  await sleep(systemClock, LOOK_MS);
  const during = cluster.commits().length;
  hosts.setLink("up");
  await cluster.untilStep(during + 1);
  if (!far.said().includes("rejoining")) throw new ChaosError("the far worker was not missed");
  return {
    coordinator,
    facts: [`F8 link down after step 3, steps ${before} to ${during} meanwhile, up again`],
  };
}
