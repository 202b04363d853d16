// Reads a request's body under limits of size and time, and turns it into a checked value.

import type { IncomingMessage } from "node:http";
import type { z } from "zod";
import { type Clock, messageOf } from "../../core/index.ts";
import { HttpProblem } from "./problem.ts";

export interface BodyLimits {
  readonly maxBodyBytes: number;
  /** From the end of the headers to the end of the body. */
  readonly bodyTimeoutMs: number;
}

const LAST_CHANCE_MS = 100;

/** Reads all of the body. Answers 413 as soon as it is known to be too large, 408 when it is too slow. */
export function readBody(
  request: IncomingMessage,
  limits: BodyLimits,
  clock: Clock,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let numBytes = 0;
    const fail = (problem: HttpProblem): void => {
      timer.cancel();
      request.off("data", onData);
      // A client that is still sending would not see our answer: the rest is read and thrown away, up to a point.
      request.on("data", (chunk: Buffer) => {
        numBytes += chunk.length;
        if (numBytes > 8 * limits.maxBodyBytes) request.destroy();
      });
      reject(problem);
    };
    // A model that computed for long has kept us from reading what is there: it is read before this is said.
    let timer = clock.after(limits.bodyTimeoutMs, () => {
      timer = clock.after(LAST_CHANCE_MS, () => fail(tooSlow(limits.bodyTimeoutMs)));
    });
    const onData = (chunk: Buffer): void => {
      numBytes += chunk.length;
      if (numBytes > limits.maxBodyBytes) fail(tooLarge(limits.maxBodyBytes));
      else chunks.push(chunk);
    };
    request.on("error", (error) => fail(new HttpProblem(400, "BODY_ABORTED", messageOf(error))));
    request.on("close", () => fail(new HttpProblem(400, "BODY_ABORTED", "connection closed")));
    request.on("end", () => {
      timer.cancel();
      resolve(Buffer.concat(chunks));
    });
    if (Number(request.headers["content-length"] ?? 0) > limits.maxBodyBytes) {
      fail(tooLarge(limits.maxBodyBytes));
    } else {
      request.on("data", onData);
    }
  });
}

/** Parses a JSON body. Only `application/json` in UTF-8, uncompressed. */
export function parseJson(request: IncomingMessage, body: Buffer): unknown {
  const contentType = request.headers["content-type"] ?? "";
  // A browser page of another origin can send forms and plain text without asking, but not this type.
  if (!/^application\/json *(; *charset *= *"?utf-8"?)?$/i.test(contentType.trim())) {
    throw new HttpProblem(415, "CONTENT_TYPE", "the body must be application/json", {
      hint: "send the header content-type: application/json",
    });
  }
  if ((request.headers["content-encoding"] ?? "identity") !== "identity") {
    throw new HttpProblem(415, "CONTENT_ENCODING", "compressed bodies are not read", {
      hint: "send the body as it is, without content-encoding",
    });
  }
  return parseJsonBytes(body);
}

/** Parses JSON in UTF-8. */
export function parseJsonBytes(body: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new HttpProblem(400, "BAD_UTF8", "the body is not UTF-8");
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const place = /position (\d+)/.exec(messageOf(error))?.[1];
    throw new HttpProblem(400, "BAD_JSON", "the body is not JSON", {
      place: place === undefined ? undefined : `byte ${place}`,
      hint: 'for example {"candidates":[{"kind":"yaml","text":"..."}]}',
    });
  }
}

/** Checks a value against a schema: 400 with the path of the first rule that it breaks. */
export function check<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const place = issue.path.reduce<string>(
    (path, key) =>
      path + (typeof key === "number" ? `[${key}]` : `${path ? "." : ""}${String(key)}`),
    "",
  );
  throw new HttpProblem(400, "BAD_REQUEST", issue.message.slice(0, 300), {
    place: place.slice(0, 200) || "body",
    hint: "GET /openapi.json has every field",
  });
}

function tooLarge(maxBodyBytes: number): HttpProblem {
  return new HttpProblem(413, "BODY_TOO_LARGE", `the body is over ${maxBodyBytes} bytes`, {
    hint: "send fewer candidates at a time",
  });
}

function tooSlow(bodyTimeoutMs: number): HttpProblem {
  return new HttpProblem(408, "BODY_TIMEOUT", `no whole body in ${bodyTimeoutMs} ms`, {
    headers: { connection: "close" },
  });
}
