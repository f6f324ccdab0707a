import { expect, it } from "vitest";
import { drawStatesTable, statesAt, tellingTime } from "./states-table.ts";
import { staleRead } from "./small-pictures.fixture.ts";
import { tellEvents } from "./tell-events.ts";

it("tells all that happens, in the order of time, and no answer before it is known", () => {
  expect(tellEvents(staleRead).map(({ time, says }) => `${String(time / 1_000)}: ${says}`)).toEqual([
    "10: client 1 calls write 2",
    "12: write 2 from client 1 arrives at n1",
    "12: n1 sends store 2 to n2",
    "12: n1 sends write_ok to client 1",
    "14: client 1: write 2 returns",
    "18: client 2 calls read",
    "20: store 2 from n1 to n2 is lost (loss)",
    "21: read from client 2 arrives at n2",
    "21: n2 sends read_ok 1 to client 2",
    "24: client 2: read → 1 returns",
    "26: n2 sends a second copy of hello to n1",
    "31: a second copy of hello from n2 arrives at n1",
    "35: n2 goes down",
    "40: client 1 calls read",
    "45: from here: cut: n1 | n2",
    "50: client 2 calls cas 1→3",
    "60: client 2: cas 1→3 failed",
    "70: no longer: cut: n1 | n2",
    "80: n2 is back",
    "90: n1 sends hello to n2",
  ]);
});

it("knows what each node held at a time, and begins where the last of what contradicts is called", () => {
  expect(statesAt(staleRead, 11_999)).toEqual([
    { label: "n1", text: "1 (version 1)" },
    { label: "n2", text: "1 (version 1)" },
  ]);
  expect(statesAt(staleRead, 12_000)[0]).toEqual({ label: "n1", text: "2 (version 2)" });
  expect(tellingTime(staleRead)).toBe(18_000);
  expect(drawStatesTable(staleRead, 18_000)).toContain("<caption>What each node held at 18.0 ms</caption>");
});
