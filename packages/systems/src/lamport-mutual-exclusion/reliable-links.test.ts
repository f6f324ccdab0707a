import { describe, expect, it } from "vitest";
import { accept, areQuiet, noteHeard, openLinks, post, resend } from "./reliable-links.ts";
import type { Frame, LinkMessage, Links } from "./reliable-links.ts";

/** The two ends of a link, and what each has put on the network. */
class Pair {
  readonly one: Links<string> = openLinks("n1", ["n1", "n2"]);
  readonly two: Links<string> = openLinks("n2", ["n1", "n2"]);
  readonly sent: LinkMessage<string>[] = [];
  readonly answers: LinkMessage<string>[] = [];
  readonly #ctx = { peers: ["n2"], send: (_dest: string, body: LinkMessage<string>) => void this.sent.push(body) };

  post(...payloads: readonly string[]): void {
    for (const payload of payloads) post(this.one, "n2", payload, this.#ctx);
  }

  /** The k-th thing sent arrives. */
  arrive(k: number, inOrder = true): readonly string[] {
    const body = this.sent[k] as Frame<string>;
    const ctx = { peers: ["n1"], send: (_dest: string, answer: LinkMessage<string>) => void this.answers.push(answer) };
    return accept(this.two, { src: "n1", dest: "n2", body }, inOrder, ctx);
  }

  resend(): boolean {
    return resend(this.one, this.#ctx);
  }
}

describe("reliable links", () => {
  it("hand on what arrives in the order of sending", () => {
    const pair = new Pair();
    pair.post("a", "b", "c");
    expect(pair.arrive(1)).toEqual([]);
    expect(pair.arrive(2)).toEqual([]);
    expect(pair.arrive(0)).toEqual(["a", "b", "c"]);
  });

  it("hand on each message once, and say what is expected when one comes again", () => {
    const pair = new Pair();
    pair.post("a");
    expect(pair.arrive(0)).toEqual(["a"]);
    expect(pair.answers).toEqual([]);
    expect(pair.arrive(0)).toEqual([]);
    expect(pair.answers).toEqual([{ type: "heard", heard: 1 }]);
  });

  it("send again what was not heard, and nothing else", () => {
    const pair = new Pair();
    pair.post("a", "b");
    noteHeard(pair.one, "n2", 1);
    expect(pair.resend()).toBe(true);
    expect(pair.sent.slice(2)).toEqual([{ type: "frame", number: 1, heard: 0, payload: "b" }]);
    noteHeard(pair.one, "n2", 2);
    expect(pair.resend()).toBe(false);
    expect(areQuiet(pair.one)).toBe(true);
  });

  it("take no notice of an answer that is older than another", () => {
    const pair = new Pair();
    pair.post("a", "b");
    noteHeard(pair.one, "n2", 2);
    noteHeard(pair.one, "n2", 1);
    pair.post("c");
    expect(pair.one.get("n2")?.unheard).toEqual(["c"]);
  });

  it("hand on what comes as it comes when order is not asked for, still once", () => {
    const pair = new Pair();
    pair.post("a", "b");
    expect(pair.arrive(1, false)).toEqual(["b"]);
    expect(pair.arrive(1, false)).toEqual([]);
    expect(pair.arrive(0, false)).toEqual(["a"]);
    expect(pair.arrive(0, false)).toEqual([]);
  });
});
