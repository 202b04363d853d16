import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/core/index.ts";
import {
  type ConnectionRefusal,
  createIdentity,
  formatPublicIdentity,
  type Identity,
  isSignedBy,
  parseAllowList,
  parseIdentity,
  signStatement,
  type Transport,
  zeroMqTransport,
} from "../../src/transport/index.ts";
import { transportContract } from "./transport.contract.ts";

const [server, good, stranger] = (await Promise.all(
  ["server", "good", "stranger"].map(createIdentity),
)) as [Identity, Identity, Identity];

const clock = systemClock;
const serverSide = (allowed: readonly Identity[]): Transport =>
  zeroMqTransport({
    clock,
    curve: {
      role: "server",
      identity: server,
      mayConnect: (key) => allowed.some((identity) => identity.public.curve === key),
    },
  });
const clientSide = (identity: Identity, serverKey = server.public.curve): Transport =>
  zeroMqTransport({ clock, curve: { role: "client", identity, serverKey } });

transportContract("zeromq tcp with CURVE", () => ({
  transport: {
    ...serverSide([good]),
    connect: (address, events) => clientSide(good).connect(address, events),
  },
  address: "tcp://127.0.0.1:*",
}));

test("a stranger, a plain client and one with the wrong server key are told why on both sides; the list counts at once", async () => {
  const allowed = [good];
  const heard: string[] = [];
  const refusals: string[] = [];
  let wake = (): void => {};
  const listener = await serverSide(allowed).listen("tcp://127.0.0.1:*", {
    message: (_peer, { header }) => {
      heard.push(Buffer.from(header).toString());
      wake();
    },
    peerLost: () => {},
    refused: ({ code }) => refusals.push(code),
  });
  onTestFinished(() => listener.close());
  /** Connects and speaks. @returns when the connection was refused. */
  const say = async (transport: Transport, text: string) => {
    let resolve: (refusal: ConnectionRefusal) => void = () => {};
    const refused = new Promise<ConnectionRefusal>((settle) => {
      resolve = settle;
    });
    const connection = await transport.connect(listener.address, {
      message: () => {},
      reconnected: () => {},
      refused: (refusal) => resolve(refusal),
    });
    onTestFinished(() => connection.close());
    connection.send({ header: Buffer.from(text) });
    return { refused };
  };
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });

  const plain = await say(zeroMqTransport({ clock }), "plain");
  expect(await plain.refused).toMatchObject({ code: "NOT_ENCRYPTED" });
  const wrong = await say(clientSide(good, stranger.public.curve), "wrong server key");
  expect(await wrong.refused).toMatchObject({ code: "WRONG_SERVER_KEY" });
  const { refused } = await say(clientSide(stranger), "stranger");
  expect(await refused).toMatchObject({ code: "UNKNOWN_KEY" });
  expect([...new Set(refusals)]).toEqual(["NOT_ENCRYPTED", "WRONG_SERVER_KEY", "UNKNOWN_KEY"]);
  const first = next();
  await say(clientSide(good), "good");
  await first;
  expect(heard).toEqual(["good"]);

  allowed.push(stranger);
  const second = next();
  await say(clientSide(stranger), "stranger");
  await second;
  expect(heard).toEqual(["good", "stranger"]);
});

test("identities and allow lists survive their text, and damage is named", () => {
  expect(parseIdentity(JSON.stringify(good), "f")).toEqual(good);
  const lines = `# workers\n\n${formatPublicIdentity(good.public)}\n`;
  expect(parseAllowList(lines, "f")).toEqual([good.public]);
  expect(() => parseAllowList(lines + lines, "list")).toThrow("list: good is listed twice");
  expect(() => parseAllowList('{"name":"a"}', "list")).toThrow("list: curve");
  expect(() => parseIdentity("{", "key")).toThrow("key: is not valid JSON");
});

test("a signature holds for its statement and key only", () => {
  const statement = Buffer.from("statement");
  const signature = signStatement(good, statement);
  expect(isSignedBy(good.public.signing, statement, signature)).toBe(true);
  expect(isSignedBy(stranger.public.signing, statement, signature)).toBe(false);
  expect(isSignedBy(good.public.signing, Buffer.from("another"), signature)).toBe(false);
});

test("a name that could not stand in a file or a log is refused", async () => {
  await expect(createIdentity("../x")).rejects.toThrow("a name has");
});
