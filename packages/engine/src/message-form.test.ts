import { frozen } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import type { Body } from "./message.ts";
import { MessageForms } from "./message-form.ts";

interface Entries extends Body {
  readonly type: "entries";
  readonly entries: readonly { readonly term: number }[];
}

const entries = (...terms: number[]): Entries => ({ type: "entries", entries: terms.map((term) => ({ term })) });

/** What goes out for a body, with its hash. */
function sent(body: Entries, forms = new MessageForms()): { readonly body: Entries; readonly hash: number } {
  const form = forms.of(body.type);
  const copy = form.copy(body) as Entries;
  return { hash: form.seal(copy), body: copy };
}

describe("a message", () => {
  it("is a copy at every depth", () => {
    const original = entries(1, 2);
    const { body } = sent(original);
    expect(body).toEqual(original);
    expect(body).not.toBe(original);
    expect(body.entries).not.toBe(original.entries);
    expect(body.entries[0]).not.toBe(original.entries[0]);
  });

  it("shares what is frozen, and has the same hash as one that is not", () => {
    const shared = { type: "entries", entries: frozen([{ term: 1 }]) } as const;
    const partly = { type: "entries", entries: [frozen({ term: 1 })] } as const;
    expect(sent(shared).body.entries).toBe(shared.entries);
    expect(sent(partly).body.entries).not.toBe(partly.entries);
    expect(sent(partly).body.entries[0]).toBe(partly.entries[0]);
    expect([sent(shared).hash, sent(partly).hash]).toEqual([sent(entries(1)).hash, sent(entries(1)).hash]);
  });

  it("has a hash of its content, whatever the order of its keys and what was sent before", () => {
    const forms = new MessageForms();
    const { hash } = sent(entries(1), forms);
    expect(sent({ entries: [{ term: 1 }], type: "entries" }, forms).hash).toBe(hash);
    expect(sent(entries(2), forms).hash).not.toBe(hash);
    expect(sent({ ...entries(1), msg_id: 7 }, forms).hash).not.toBe(hash);
    expect(sent(entries(1), forms).hash).toBe(hash);
  });

  it("is plain data", () => {
    const forms = new MessageForms();
    const broken = { type: "broken", when: new Date(0) };
    expect(() => forms.of("broken").seal(broken)).toThrow(/^when is a Date; /);
    expect(() => forms.of("broken").seal({ ...broken, when: () => 1 } as Body)).toThrow(/^when is a function; /);
  });
});

it("has one form for each type, numbered in order of use", () => {
  const forms = new MessageForms();
  const numbers = ["read", "write", "read", "write", "cas"].map((type) => forms.of(type).number);
  expect(numbers).toEqual([1, 2, 1, 2, 3]);
});
