import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { generateProtocol } from "../../scripts/generate-protocol.ts";
import {
  decodeMessage,
  encodeMessage,
  hasPayload,
  type Message,
  type MessageType,
  PROTOCOL_VERSION,
  ProtocolError,
  type WireMessage,
} from "../../src/protocol/index.ts";
import fc from "../support/property.ts";
import { envelope, examples } from "./examples.ts";

const types = Object.keys(examples) as MessageType[];
const payload = Uint8Array.of(1, 2, 3, 4);

function encode(message: Message): WireMessage {
  return encodeMessage(envelope, message, hasPayload(message.type) ? payload : undefined);
}

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.each(types)("%s", (type) => {
  test("comes back with every field", () => {
    const decoded = decodeMessage(encode(examples[type]));
    expect(decoded.envelope).toEqual(envelope);
    expect(decoded.message).toEqual(examples[type]);
    expect(decoded.payload).toBe(hasPayload(type) ? payload : undefined);
  });

  test("has the bytes of protocol 1.2", () => {
    const golden = JSON.parse(
      readFileSync(new URL("./golden-1.2.json", import.meta.url), "utf8"),
    ) as Record<string, string>;
    expect(Buffer.from(encode(examples[type]).header).toString("hex")).toBe(golden[type]);
  });

  test("cut anywhere or with a flipped byte it is refused or valid, never a crash", () => {
    const { header, payload: frame } = encode(examples[type]);
    const rest = frame === undefined ? {} : { payload: frame };
    fc.assert(
      fc.property(fc.nat(header.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const flipped = header.slice();
        flipped[at]! ^= flip;
        for (const bad of [header.subarray(0, at), flipped]) {
          const error = errorOf(() => decodeMessage({ header: bad, ...rest }));
          expect(error ?? new ProtocolError("")).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 60 },
    );
  });
});

test("random bytes are refused with a ProtocolError", () => {
  const good = encode(examples.finished).header;
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, withPreamble) => {
      const header = withPreamble ? Buffer.concat([good.subarray(0, 8), bytes]) : bytes;
      const error = errorOf(() => decodeMessage({ header }));
      expect(error ?? new ProtocolError("")).toBeInstanceOf(ProtocolError);
    }),
  );
});

test("another major version is named, so that the refusal can be typed", () => {
  const { header } = encode(examples.hello);
  header[4] = PROTOCOL_VERSION.major + 1;
  const error = errorOf(() => decodeMessage({ header })) as ProtocolError;
  expect(error.peerVersion).toBe(`2.${PROTOCOL_VERSION.minor}`);
});

test("a negative or fractional count never gets onto the wire", () => {
  for (const step of [-1, 1.5, 2 ** 32]) {
    expect(() => encode({ ...examples.lease, step })).toThrow(ProtocolError);
  }
});

test("a raw frame where none belongs, or none where one does, is refused", () => {
  const lease = encode(examples.lease);
  expect(() => decodeMessage({ ...lease, payload })).toThrow("raw frames");
  const gradient = encode(examples.gradient);
  expect(() => decodeMessage({ header: gradient.header })).toThrow("raw frames");
});

test("the generated code is current", () => {
  const path = new URL("../../src/protocol/generated/messages.ts", import.meta.url);
  expect(readFileSync(path, "utf8")).toBe(generateProtocol());
});
