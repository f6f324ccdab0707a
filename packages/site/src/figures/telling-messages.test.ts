import { expect, it } from "vitest";
import { staleRead } from "./small-pictures.fixture.ts";
import { tellingMessages } from "./telling-messages.ts";

it("follows each contradicting operation from its answer back to its call", () => {
  const told = [...tellingMessages(staleRead)].map(([{ label }, operation]) => `${label} for ${operation.label}`);
  expect(told.toSorted()).toEqual([
    "read for read → 1",
    "read_ok 1 for read → 1",
    "write 2 for write 2",
    "write_ok for write 2",
  ]);
});

it("adds the message that brought what a node held when it answered", () => {
  const store = {
    from: 2,
    to: 3,
    sentAt: 12_000,
    endedAt: 16_000,
    fate: "delivered",
    duplicate: false,
    label: "store 1",
  } as const;
  const picture = {
    ...staleRead,
    messages: [...staleRead.messages, store],
    states: [...staleRead.states, { lane: 3, at: 16_000, text: "1 (version 2)" }],
  };
  expect(tellingMessages(picture).get(store)).toBe(staleRead.operations[1]);
});

it("is empty where nothing contradicts", () => {
  const operations = staleRead.operations.map((operation) => ({ ...operation, contradicts: false }));
  expect(tellingMessages({ ...staleRead, operations }).size).toBe(0);
});
