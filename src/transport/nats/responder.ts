// Answers requests on NATS subjects. Everybody who answers in one queue group shares the load: the broker gives
// each request to one of them.

import { type Clock, ConfigError, messageOf } from "../../core/index.ts";
import { connectNats, type NatsConnection, type NatsCredentials } from "./load.ts";
import { expectProtected } from "./protection.ts";

export interface NatsRequest {
  readonly subject: string;
  readonly body: Uint8Array;
  /** Value of a header, without regard to case. */
  readonly header: (name: string) => string | undefined;
}

export interface NatsResponderOptions extends NatsCredentials {
  /** nats://HOST:PORT. */
  readonly server: string;
  readonly subjects: readonly string[];
  readonly queueGroup: string;
  /** Allows plain traffic beyond this machine. */
  readonly insecure?: boolean;
  readonly clock: Clock;
  /** Answers one request; must not reject. `maxBytes` is what the broker takes. */
  readonly handle: (request: NatsRequest, maxBytes: number) => Promise<Uint8Array>;
}

export interface NatsResponder {
  /** Takes no new request, answers those that were taken, then leaves; at once after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Room for headers and the subject in what the broker takes. */
const HEADER_ROOM_BYTES = 4096;

/** @throws {UnavailableError} where the broker does not answer or refuses; {ConfigError} for a wrong address. */
export async function natsResponder(options: NatsResponderOptions): Promise<NatsResponder> {
  const { clock, subjects, queueGroup, handle } = options;
  const server = parseServer(options);
  const connection = await connectNats(server, "auspex evaluator", options);
  const onTheirWay = new Set<Promise<void>>();
  const subscriptions = subjects.map((subject) =>
    connection.subscribe(subject, {
      queue: queueGroup,
      callback: (error, message) => {
        if (error !== null || connection.isClosed()) return;
        const request: NatsRequest = {
          subject: message.subject,
          body: message.data,
          header: (name) => message.headers?.get(name) || undefined,
        };
        const answered = handle(request, maxBytesOf(connection))
          .then((body) => {
            if (!connection.isClosed()) message.respond(body);
          })
          // An answer that the broker does not take: who asked hears nothing, others are answered.
          .catch((error: unknown) => process.emitWarning(`nats: ${messageOf(error)}`));
        onTheirWay.add(answered);
        void answered.finally(() => onTheirWay.delete(answered));
      },
    }),
  );
  await connection.flush();
  return {
    async close(graceMs) {
      let timeIsUp = (): void => {};
      const late = new Promise<void>((resolve) => {
        timeIsUp = resolve;
      });
      const timer = clock.after(graceMs, timeIsUp);
      const answered = async (): Promise<void> => {
        await Promise.all(subscriptions.map((subscription) => subscription.drain()));
        await Promise.all(onTheirWay);
        await connection.flush();
      };
      // With the broker away a drain would wait for ever: then the time ends it.
      await Promise.race([answered().catch(() => {}), late]);
      timer.cancel();
      await connection.close();
    },
  };
}

function maxBytesOf(connection: NatsConnection): number {
  return (connection.info?.max_payload ?? 1 << 20) - HEADER_ROOM_BYTES;
}

function parseServer(options: NatsResponderOptions): string {
  const { server } = options;
  const match = /^nats:\/\/(\[[0-9a-fA-F:]+\]|[^:/[\]\s@]+):(\d{1,5})$/.exec(server);
  if (match === null) {
    throw new ConfigError("nats", `${JSON.stringify(server)} is not nats://HOST:PORT`);
  }
  expectProtected(server, match[1]!, options);
  return server;
}
