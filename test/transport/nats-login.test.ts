// A broker as configs/deploy/nats-server.conf sets it up: TLS, nkeys, and subjects by part.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../../src/cli/chaos/machine-faults.ts";
import { startCoordinator } from "../../src/coordinator/index.ts";
import { systemClock } from "../../src/core/index.ts";
import {
  type ConnectionRefusal,
  createNatsKey,
  type NatsOptions,
  natsTransport,
} from "../../src/transport/index.ts";
import { hasNatsServer, startNatsServer } from "../support/nats-server.ts";
import { temporaryDirectory, toyRun, toyWorker } from "../support/toy-run.ts";

const TEMPLATE = fileURLToPath(new URL("../../configs/deploy/nats-server.conf", import.meta.url));
const hasOpenssl = spawnSync("openssl", ["version"]).error === undefined;
if (!hasOpenssl) process.stderr.write("openssl is not installed: NATS login is not tested\n");

const clock = systemClock;

/** A broker of the template, and the options of each part. */
async function startBroker() {
  const directory = temporaryDirectory();
  const certificate = join(directory, "cert.pem");
  const key = join(directory, "key.pem");
  const made = spawnSync("openssl", [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-keyout",
    key,
    "-out",
    certificate,
    "-days",
    "2",
    "-subj",
    "/CN=broker",
    "-addext",
    "subjectAltName=IP:127.0.0.1",
  ]);
  expect(String(made.stderr), "openssl").not.toContain("rror");
  const [coordinator, worker, stranger] = await Promise.all([
    createNatsKey(),
    createNatsKey(),
    createNatsKey(),
  ]);
  const port = await freePort();
  const server = await startNatsServer(port, ["-c", TEMPLATE], {
    AUSPEX_NATS_LISTEN: `127.0.0.1:${port}`,
    AUSPEX_NATS_CERT: certificate,
    AUSPEX_NATS_CERT_KEY: key,
    AUSPEX_COORDINATOR_NKEY: coordinator.publicKey,
    AUSPEX_WORKER_NKEY: worker.publicKey,
  });
  onTestFinished(() => server.kill());
  const tls = { ca: readFileSync(certificate, "utf8") };
  const as = ({ seed }: { seed: string }): NatsOptions => ({ clock, tls, nkeySeed: seed });
  return {
    address: `nats://127.0.0.1:${port}/run`,
    coordinator: as(coordinator),
    worker: as(worker),
    stranger: as(stranger),
    tls,
  };
}

const deaf = { message: () => {}, peerLost: () => {}, reconnected: () => {} };

describe.skipIf(!hasNatsServer || !hasOpenssl)("a broker with TLS, nkeys and permissions", () => {
  test("trains, with the bits of any other transport", async () => {
    const broker = await startBroker();
    const coordinator = await startCoordinator(
      toyRun({ transport: natsTransport(broker.coordinator), address: broker.address }),
    );
    await toyWorker(natsTransport(broker.worker), broker.address, "w");
    const { parametersDigest } = await coordinator.finished;
    const { createMemoryNetwork } = await import("../../src/transport/index.ts");
    const { transport } = createMemoryNetwork(clock);
    const plain = await startCoordinator(toyRun({ transport, address: "memory://" }));
    await toyWorker(transport, plain.address, "w");
    expect(parametersDigest).toBe((await plain.finished).parametersDigest);
  });

  test("a key that it does not know, a password, and a client that does not trust it are turned away", async () => {
    const { address, stranger, tls, worker } = await startBroker();
    const refused = { code: "UNKNOWN_KEY", exitCode: 77 };
    await expect(natsTransport(stranger).connect(address, deaf)).rejects.toMatchObject(refused);
    const byPassword = natsTransport({ clock, tls, user: "u", password: "p" });
    await expect(byPassword.connect(address, deaf)).rejects.toMatchObject(refused);
    const suspicious = natsTransport({ ...worker, tls: {} });
    await expect(suspicious.connect(address, deaf)).rejects.toMatchObject({ exitCode: 69 });
  });

  test("a worker's account cannot speak as the coordinator, nor listen as one", async () => {
    const { address, worker, coordinator } = await startBroker();
    const refusalOf = async (
      act: (refused: (r: ConnectionRefusal) => void) => Promise<unknown>,
    ) => {
      let resolve: (refusal: ConnectionRefusal) => void = () => {};
      const refusal = new Promise<ConnectionRefusal>((settle) => {
        resolve = settle;
      });
      await act(resolve);
      return refusal;
    };
    // Publishes on a subject that only coordinators may.
    const listening = await refusalOf(async (refused) => {
      const listener = await natsTransport(worker).listen(address, { ...deaf, refused });
      onTestFinished(() => listener.close());
    });
    expect(listening).toMatchObject({ code: "NOT_PERMITTED" });
    const speaking = await refusalOf(async (refused) => {
      const listener = await natsTransport(worker).listen(address.replace("run", "other"), {
        ...deaf,
        refused: (refusal) => {
          if (refusal.text.includes(".dn.")) refused(refusal);
        },
      });
      onTestFinished(() => listener.close());
      listener.send("0".repeat(32), { header: new Uint8Array(8) });
    });
    expect(speaking.text).toContain("publish auspex.other.dn.");
    // And the other way round: a coordinator's account is no worker's.
    const joining = await refusalOf(async (refused) => {
      const connection = await natsTransport(coordinator).connect(address, { ...deaf, refused });
      onTestFinished(() => connection.close());
      connection.send({ header: new Uint8Array(8) });
    });
    expect(joining).toMatchObject({ code: "NOT_PERMITTED" });
  });
});
