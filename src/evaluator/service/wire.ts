// Writing answers to sockets.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { RouteResponse } from "./route.ts";

/** Sends one answer; `isLast` asks the client to open a new connection for its next request. */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  reply: RouteResponse,
  isLast: boolean,
): void {
  if (response.headersSent || response.destroyed) return;
  // Whatever of the body nobody has read must not stand in the way of the next request.
  if (!request.complete) request.resume();
  const isText = typeof reply.body === "string";
  const text = isText ? (reply.body as string) : `${JSON.stringify(reply.body)}\n`;
  const bytes = Buffer.from(text, "utf8");
  response.writeHead(reply.status ?? 200, {
    "content-type": reply.contentType ?? "application/json; charset=utf-8",
    "content-length": bytes.length,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(isLast ? { connection: "close" } : {}),
    ...reply.headers,
  });
  response.end(bytes);
}

/** Answers bytes that are no HTTP request. */
export function refuseGarbage(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUS_OF.get(error.code ?? "") ?? "400 Bad Request";
  const body = '{"error":{"code":"BAD_HTTP","message":"this is not a valid HTTP request"}}\n';
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
}

const STATUS_OF: ReadonlyMap<string, string> = new Map([
  ["HPE_HEADER_OVERFLOW", "431 Request Header Fields Too Large"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "408 Request Timeout"],
]);
