// The workers of the run as they come and go, and the generation that counts their coming and going.

import type { Member } from "./member.ts";

export class Roster {
  readonly #members = new Map<string, Member>();
  #generation = 0;

  get size(): number {
    return this.#members.size;
  }

  /** Grows with every worker that comes or goes. */
  get generation(): number {
    return this.#generation;
  }

  /** In the order in which they came; one that goes meanwhile is left out. */
  [Symbol.iterator](): Iterator<Member> {
    return this.#members.values();
  }

  of(session: string): Member | undefined {
    return this.#members.get(session);
  }

  ofPeer(peer: string): Member | undefined {
    for (const member of this) if (member.peer === peer) return member;
    return undefined;
  }

  has(member: Member): boolean {
    return this.#members.get(member.session) === member;
  }

  add(member: Member): void {
    this.#members.set(member.session, member);
    this.#generation++;
  }

  remove(member: Member): void {
    this.#members.delete(member.session);
    this.#generation++;
  }
}
