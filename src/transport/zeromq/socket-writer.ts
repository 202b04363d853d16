// One writer per socket: a second concurrent send on a ZeroMQ socket throws EBUSY, so messages wait in line.

interface Sendable {
  send(frames: (Uint8Array | string)[]): Promise<void>;
}

type Frames = (Uint8Array | string)[];

export class SocketWriter {
  readonly #socket: Sendable;
  readonly #onError: (error: NodeJS.ErrnoException, frames: Readonly<Frames>) => void;
  #queue: Frames[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  /** @param onError Is told of each message that could not be queued; the writer goes on. */
  constructor(
    socket: Sendable,
    onError: (error: NodeJS.ErrnoException, frames: Readonly<Frames>) => void,
  ) {
    this.#socket = socket;
    this.#onError = onError;
  }

  /** Queues a message. Order of calls is order on the wire. */
  send(frames: Frames): void {
    if (this.#closed) return;
    this.#queue.push(frames);
    this.#writing ??= this.#drain();
  }

  /** Resolves when everything is handed to the socket; takes nothing more. */
  async finish(): Promise<void> {
    this.#closed = true;
    await this.#writing;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      for (const frames of batch) {
        try {
          await this.#socket.send(frames);
        } catch (error) {
          this.#onError(error as NodeJS.ErrnoException, frames);
        }
      }
    }
    this.#writing = undefined;
  }
}
