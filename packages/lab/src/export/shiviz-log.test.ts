import { TraceKind } from "@fieldbook/engine";
import type { Run } from "@fieldbook/engine";
import type { TraceEntry } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { shivizLog } from "./shiviz-log.ts";
import { notebookRun, registerRun } from "./testing/recorded-runs.ts";
import { happenedBefore, readShiviz } from "./testing/shiviz-reader.ts";

// In the second a duplicate arrives whose original was lost.
const runs = [notebookRun(1), notebookRun(36), registerRun(3, true)];

/** Lines of the trace that are events of a host, with the host. */
const eventsOf = (run: Run): { readonly host: number; readonly entry: TraceEntry }[] =>
  run.trace.flatMap((entry) => {
    const { kind, a, b } = entry;
    if (kind === TraceKind.drop || kind === TraceKind.duplicate || kind === TraceKind.end) return [];
    const onFault = kind === TraceKind.cut || kind === TraceKind.heal;
    const host = kind === TraceKind.deliver || onFault ? b : a;
    return host < 0 ? [] : [{ host, entry }];
  });

/** Who happened before whom, from the order on each host and from each sending to its delivery (Lamport 1978). */
function causality(run: Run): ReadonlySet<number>[] {
  const before: Set<number>[] = [];
  const latest = new Map<number, number>();
  const sentIn = new Map<number, number>();
  const events = eventsOf(run);
  let event = 0;
  for (const entry of run.trace) {
    if (entry.kind === TraceKind.duplicate) sentIn.set(entry.c, latest.get(entry.a)!);
    if (events[event]?.entry !== entry) continue;
    const { host } = events[event]!;
    const causes = [latest.get(host), entry.kind === TraceKind.deliver ? sentIn.get(entry.c) : undefined];
    before.push(new Set(causes.flatMap((cause) => (cause === undefined ? [] : [cause, ...before[cause]!]))));
    if (entry.kind === TraceKind.send) sentIn.set(entry.c, event);
    latest.set(host, event);
    event += 1;
  }
  return before;
}

describe("the log", () => {
  it("has an event for all that happens at a host, in two lines, as ShiViz's default expression reads them", () => {
    for (const run of runs) {
      const events = readShiviz(shivizLog(run));
      expect(events.map(({ host }) => host)).toEqual(eventsOf(run).map(({ host }) => run.endpoints[host]));
    }
  });

  it("has clocks that order two events exactly when one happened before the other", () => {
    for (const run of runs) {
      const events = readShiviz(shivizLog(run));
      const before = causality(run);
      const wrong = [];
      let concurrent = 0;
      for (const [first, one] of events.entries()) {
        for (const [second, other] of events.entries()) {
          const isBefore = happenedBefore(one, other);
          if (isBefore !== before[second]!.has(first)) wrong.push([one, other]);
          if (first !== second && !isBefore && !happenedBefore(other, one)) concurrent += 1;
        }
      }
      expect(wrong).toEqual([]);
      expect(concurrent).toBeGreaterThan(events.length);
    }
  });

  it("says of a message that it was lost, and why", () => {
    expect(shivizLog(runs[0]!)).toMatch(/^\d\.\d{6} s: sends \w+( \w)? to n\d \(lost: partition\)$/m);
  });

  it("keeps a text that looks like a clock, or has several lines, on its line", () => {
    expect(shivizLog(runs[0]!)).toMatch(/^\d\.\d{6} s: log: \{"read": "\w", "by": "c\d"\}$/m);
  });
});

describe("a damaged log is refused", () => {
  const log = shivizLog(runs[0]!);

  it("when an event is missing", () => {
    const lines = log.split("\n");
    expect(() => readShiviz([...lines.slice(0, 40), ...lines.slice(42)].join("\n"))).toThrow("its own events");
  });

  it("when a line is missing", () => {
    expect(() => readShiviz(log.slice(log.indexOf("\n") + 1))).toThrow();
  });

  it("when a clock forgets, or knows what never was", () => {
    const [known] = /(?<=^n1 .*"n2":)\d+(?=[,}])/m.exec(log)!;
    const damage = (to: string): string => log.replace(/(?<=^n1 .*"n2":)\d+(?=[,}])/m, to);
    expect(() => readShiviz(damage(known))).not.toThrow();
    expect(() => readShiviz(damage("999"))).toThrow("that there is not");
    const last = log.lastIndexOf('"n2":');
    expect(() => readShiviz(`${log.slice(0, last)}${log.slice(last).replace(/\d+(?=[,}])/, "1")}`)).toThrow(
      /does not know|count/,
    );
  });
});
