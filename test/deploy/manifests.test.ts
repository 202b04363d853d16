// Deployment files against the program: every command, flag, port and path in them must exist.

import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../support/cli.ts";
import { temporaryDirectory } from "../support/toy-run.ts";
import { commandLinesOf, jobSchema, objectsOf, pathOf, textOf } from "./commands.ts";

const KUBERNETES = ["kubernetes/coordinator.yaml", "kubernetes/workers.yaml"];
const UNITS = ["systemd/auspex-coordinator.service", "systemd/auspex-worker@.service"];
const SBATCH = "slurm/auspex.sbatch";

const flags = new Map<string, ReadonlySet<string>>();

beforeAll(async () => {
  await Promise.all(
    ["coordinator", "worker"].map(async (command) => {
      const { stdout } = await runCli([command, "--help"]);
      flags.set(command, new Set(stdout.match(/--[a-z-]+/g)));
    }),
  );
}, 120_000);

/** The command and its flags must be the program's. */
function expectKnown([command, ...words]: readonly string[]): void {
  expect([...flags.keys()]).toContain(command);
  const unknown = words.filter((word) => word.startsWith("--") && !flags.get(command!)!.has(word));
  expect(unknown).toEqual([]);
}

const jobs = KUBERNETES.flatMap(objectsOf).flatMap((object) => {
  if (object["kind"] !== "Job") return [];
  return [jobSchema.parse(object)];
});

describe("Kubernetes", () => {
  test("there is a coordinator and a set of workers, and their commands exist", () => {
    expect(jobs.map(({ metadata }) => metadata.name)).toEqual([
      "auspex-coordinator",
      "auspex-workers",
    ]);
    for (const { spec } of jobs) expectKnown(spec.template.spec.containers[0]!.args!);
  });

  test("ports, probes and the service are those of the command", () => {
    const { args, ports, startupProbe, livenessProbe } = jobs[0]!.spec.template.spec.containers[0]!;
    const valueOf = (flag: string): string => args![args!.indexOf(flag) + 1]!;
    const control = Number(new URL(valueOf("--listen").replace("tcp:", "http:")).port);
    const expected = { control, tensors: control + 1, status: Number(valueOf("--status-port")) };
    expect(Object.fromEntries(ports.map((port) => [port.name, port.containerPort]))).toEqual(
      expected,
    );
    const service = objectsOf(KUBERNETES[0]!).find(({ kind }) => kind === "Service") as {
      metadata: { name: string };
      spec: { ports: { name: string; port: number }[] };
    };
    expect(Object.fromEntries(service.spec.ports.map(({ name, port }) => [name, port]))).toEqual(
      expected,
    );
    for (const probe of [startupProbe, livenessProbe]) {
      expect(probe!.httpGet).toMatchObject({ path: "/healthz", port: "status" });
    }
    const join = jobs[1]!.spec.template.spec.containers[0]!.args!;
    expect(join).toContain(`tcp://${service.metadata.name}:${control}`);
  });

  test("every mounted volume exists, and the failure rules name the container", () => {
    for (const { spec } of jobs) {
      const { containers, initContainers, volumes } = spec.template.spec;
      const known = new Set(volumes.map(({ name }) => name));
      for (const { volumeMounts } of [...containers, ...initContainers]) {
        for (const { name } of volumeMounts) expect(known).toContain(name);
      }
      for (const { onExitCodes } of spec.podFailurePolicy.rules) {
        expect([undefined, containers[0]!.name]).toContain(onExitCodes?.containerName);
      }
    }
  });
});

describe("systemd", () => {
  test.each(UNITS)("the command of %s exists", (name) => {
    const lines = commandLinesOf(textOf(name));
    expect(lines).toHaveLength(1);
    expectKnown(lines[0]!);
  });

  const analyze = spawnSync("systemd-analyze", ["--version"]);
  const isThere = analyze.error === undefined && analyze.status === 0;
  if (!isThere) process.stderr.write("systemd-analyze is not installed: units are not verified\n");

  test.skipIf(!isThere)("systemd-analyze finds nothing wrong", () => {
    const directory = temporaryDirectory();
    for (const [source, target] of [
      [UNITS[0]!, "auspex-coordinator.service"],
      [UNITS[1]!, "auspex-worker@w1.service"],
    ] as const) {
      const path = join(directory, target);
      copyFileSync(pathOf(source), path);
      // The program need not be installed here.
      writeFileSync(path, readFileSync(path, "utf8").replace("/usr/bin/auspex", process.execPath));
      const { status, stderr } = spawnSync("systemd-analyze", ["verify", path], {
        encoding: "utf8",
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    }
  });
});

describe("Docker", () => {
  const lines = textOf("docker/Dockerfile");

  test("what it copies exists, the compiler stays in the first stage, and the user is not root", () => {
    const copied = [...lines.matchAll(/^COPY (?!--)(.*) \S+$/gm)].flatMap((match) =>
      match[1]!.split(" "),
    );
    expect(copied.length).toBeGreaterThan(5);
    for (const source of copied)
      expect(() => readFileSync(join(pathOf("../.."), source))).not.toThrow(/ENOENT/);
    const [, last] = lines.split(/\nFROM .*\n(?=ENV)/);
    expect(last).not.toMatch(/apt-get|g\+\+|npm/);
    expect(last).toMatch(/^USER 1000:1000$/m);
  });
});

describe("Slurm", () => {
  test("the script is bash, and its commands exist", () => {
    expect(spawnSync("bash", ["-n", pathOf(SBATCH)]).status).toBe(0);
    const commands = commandLinesOf(textOf(SBATCH));
    expect(commands.map(([command]) => command)).toEqual(["coordinator", "worker"]);
    for (const command of commands) expectKnown(command);
  });

  test.each([
    ["a finished run ends the job", 0, 0, false],
    ["a paused run goes back to the queue", 75, 0, true],
    ["an address that is still taken, too", 69, 0, true],
    ["a damaged journal does not", 65, 65, false],
    ["a wrong configuration does not", 2, 2, false],
  ])("%s", (_, coordinatorCode, jobCode, isRequeued) => {
    const { status, log } = runSbatch(coordinatorCode);
    expect(status).toBe(jobCode);
    expect(log.includes("scontrol requeue 42")).toBe(isRequeued);
    expect(log).toContain("worker --join tcp://node1:5555");
    expect(log).toContain("/keys/w0.key");
  });
});

/** Runs the batch script with stand-ins for Slurm and for auspex, whose coordinator ends with a given code. */
function runSbatch(coordinatorCode: number): {
  readonly status: number | null;
  readonly log: string;
} {
  const directory = temporaryDirectory();
  const log = join(directory, "log");
  const put = (name: string, body: string): void =>
    writeFileSync(join(directory, name), `#!/usr/bin/env bash\n${body}\n`, { mode: 0o755 });
  put(
    "scontrol",
    `if [ "$1" = show ]; then echo node1; echo node2; else echo "scontrol $*" >> ${log}; fi`,
  );
  put("srun", 'while [[ $1 == --* ]]; do shift; done; SLURM_PROCID=0 exec "$@"');
  // The coordinator waits until the worker was called: what is tested is not who is faster.
  const wait = `for i in $(seq 300); do grep -qs "worker --join" ${log} && break; sleep 0.1; done`;
  put(
    "auspex",
    `echo "$*" >> ${log}\nif [ "$1" = coordinator ]; then ${wait}; exit ${coordinatorCode}; fi`,
  );
  const { status } = spawnSync("bash", [pathOf(SBATCH)], {
    env: {
      PATH: `${directory}:${process.env["PATH"]}`,
      SLURM_JOB_ID: "42",
      SLURM_JOB_NODELIST: "node[1-2]",
      SLURM_NTASKS: "2",
      AUSPEX_CONFIG: "run.yaml",
      AUSPEX_RUN: "/runs/big",
      AUSPEX_KEYS: "/keys",
      AUSPEX_DATA: "/data",
      AUSPEX_SERVER_KEY: "key",
    },
    timeout: 50_000,
  });
  return { status, log: readFileSync(log, "utf8") };
}
