/**
 * Links on which every message arrives once and in the order of sending, made of a network that loses, doubles and
 * reorders: the assumption of Lamport (1978) and of Chandy and Lamport (1985).
 *
 * Messages of a link are numbered. The sender keeps each until it has heard that it arrived; `heard` rides on every frame
 * the other way, and goes alone only to answer a frame that came again. The receiver hands on by number. Kept on disk, the
 * links outlive a crash.
 */
import type { Body, Message } from "@fieldbook/engine";

/** One end of a link. */
export interface Link<Payload> {
  /** How many messages were sent. */
  sent: number;
  /** The last of them, not yet known to have arrived. */
  unheard: Payload[];
  /** Number of the next message that is to be handed on. */
  expected: number;
  /** What overtook the expected message, by number. */
  readonly early: Map<number, Payload>;
}

/** A node's ends of its links, by peer. */
export type Links<Payload> = Map<string, Link<Payload>>;

/** What goes over the network; `heard` is the number that the sender expects next. */
export type LinkMessage<Payload> =
  | (Body & { readonly type: "frame"; readonly number: number; readonly heard: number; readonly payload: Payload })
  | (Body & { readonly type: "heard"; readonly heard: number });

export type Frame<Payload> = Extract<LinkMessage<Payload>, { type: "frame" }>;

/** What links need of a node's context. */
interface Sender<Payload> {
  readonly peers: readonly string[];
  send(dest: string, body: LinkMessage<Payload>): void;
}

/** Links to all nodes but `self`. */
export function openLinks<Payload>(self: string, nodes: readonly string[]): Links<Payload> {
  const peers = nodes.filter((name) => name !== self);
  return new Map(peers.map((peer) => [peer, { sent: 0, unheard: [], expected: 0, early: new Map() }]));
}

/** Sends a message and keeps it until it is known to have arrived. */
export function post<Payload>(links: Links<Payload>, dest: string, payload: Payload, ctx: Sender<Payload>): void {
  const link = links.get(dest)!;
  ctx.send(dest, { type: "frame", number: link.sent, heard: link.expected, payload });
  link.unheard.push(payload);
  link.sent += 1;
}

/**
 * Takes a frame and returns what is to be handled now, in this order.
 *
 * @param inOrder false hands on each message as it comes, once, in whatever order
 */
export function accept<Payload>(
  links: Links<Payload>,
  { src, body }: Message<Frame<Payload>>,
  inOrder: boolean,
  ctx: Sender<Payload>,
): readonly Payload[] {
  const link = links.get(src)!;
  noteHeard(links, src, body.heard);
  if (body.number < link.expected || link.early.has(body.number)) {
    ctx.send(src, { type: "heard", heard: link.expected });
    return [];
  }
  link.early.set(body.number, body.payload);
  const ready: Payload[] = inOrder ? [] : [body.payload];
  for (let next = link.early.get(link.expected); next !== undefined; next = link.early.get(link.expected)) {
    if (inOrder) ready.push(next);
    link.early.delete(link.expected);
    link.expected += 1;
  }
  return ready;
}

/** The peer expects message `heard` next: those before have arrived. */
export function noteHeard<Payload>(links: Links<Payload>, src: string, heard: number): void {
  const link = links.get(src)!;
  const first = link.sent - link.unheard.length;
  if (heard > first) link.unheard.splice(0, heard - first);
}

/** Sends again all that may be lost; false when there is nothing. */
export function resend<Payload>(links: Links<Payload>, ctx: Sender<Payload>): boolean {
  let any = false;
  for (const peer of ctx.peers) {
    const { sent, unheard, expected } = links.get(peer)!;
    for (const [index, payload] of unheard.entries()) {
      ctx.send(peer, { type: "frame", number: sent - unheard.length + index, heard: expected, payload });
      any = true;
    }
  }
  return any;
}

/** Whether all that was sent is known to have arrived, and all that came was handed on. */
export function areQuiet<Payload>(links: ReadonlyMap<string, Link<Payload>>): boolean {
  return [...links.values()].every(({ unheard, early }) => unheard.length === 0 && early.size === 0);
}
