import type { OutagesPicture, SpaceTimePicture, TimeSeriesPicture } from "@fieldbook/lab";

/**
 * Two clients, two nodes: a write reaches n1 and not n2, and a later read finds the old value there. With a message of
 * each fate, an operation of each outcome, a crash, a partition and a clock out of true.
 */
export const staleRead: SpaceTimePicture = {
  kind: "space-time",
  lanes: [
    { id: "c1", label: "client 1", role: "client" },
    { id: "c2", label: "client 2", role: "client" },
    { id: "n1", label: "n1", role: "node" },
    { id: "n2", label: "n2", role: "node" },
  ],
  duration: 400_000,
  messages: [
    { from: 0, to: 2, sentAt: 10_000, endedAt: 12_000, fate: "delivered", duplicate: false, label: "write 2" },
    {
      from: 2,
      to: 3,
      sentAt: 12_000,
      endedAt: 20_000,
      fate: "lost",
      duplicate: false,
      label: "store 2",
      reason: "loss",
    },
    { from: 2, to: 0, sentAt: 12_000, endedAt: 14_000, fate: "delivered", duplicate: false, label: "write_ok" },
    { from: 1, to: 3, sentAt: 18_000, endedAt: 21_000, fate: "delivered", duplicate: false, label: "read" },
    { from: 3, to: 1, sentAt: 21_000, endedAt: 24_000, fate: "delivered", duplicate: false, label: "read_ok 1" },
    { from: 3, to: 2, sentAt: 26_000, endedAt: 31_000, fate: "delivered", duplicate: true, label: "hello" },
    { from: 2, to: 3, sentAt: 90_000, endedAt: 400_000, fate: "in-flight", duplicate: false, label: "hello" },
  ],
  operations: [
    { lane: 0, calledAt: 10_000, returnedAt: 14_000, label: "write 2", outcome: "ok", contradicts: true },
    { lane: 1, calledAt: 18_000, returnedAt: 24_000, label: "read → 1", outcome: "ok", contradicts: true },
    { lane: 0, calledAt: 40_000, label: "read → ?", outcome: "open", contradicts: false },
    { lane: 1, calledAt: 50_000, returnedAt: 60_000, label: "cas 1→3 failed", outcome: "fail", contradicts: false },
  ],
  crashes: [{ lane: 3, from: 35_000, to: 80_000 }],
  partitions: [{ from: 45_000, to: 70_000, sides: [[2], [3]], oneWay: false, label: "cut: n1 | n2" }],
  states: [
    { lane: 2, at: 0, text: "1 (version 1)" },
    { lane: 3, at: 0, text: "1 (version 1)" },
    { lane: 2, at: 12_000, text: "2 (version 2)" },
  ],
  clocks: [{ lane: 3, text: "42 ms ahead, 120 ppm fast" }],
  focus: { from: 8_000, to: 32_000 },
  contradiction: "The read of 1 by client 2 began after the write of 2 by client 1 had ended.",
  says: "2 clients, 2 nodes: a read returned 1 after 2 had been written.",
};

export const dip: TimeSeriesPicture = {
  kind: "time-series",
  x: [0, 10, 20, 30, 40, 50],
  panels: [
    {
      title: "Goodput",
      unit: "requests/s",
      series: [
        { label: "control", role: "control", values: [80, 79, 40, 78, 81, 80] },
        { label: "offered", role: "reference", values: [80, 80, 80, 80, 80, 80] },
        { label: "goodput", role: "run", values: [80, 82, 0, 0, null, 0] },
      ],
    },
    {
      title: "Queue",
      unit: "requests",
      series: [{ label: "queue", role: "run", values: [0, 0, 900, 1000, 1000, 1000] }],
    },
  ],
  spans: [{ from: 15, to: 25, label: "capacity 40 of 100 requests/s" }],
  says: "Goodput does not come back after the dip.",
};

export const month: OutagesPicture = {
  kind: "outages",
  duration: 720,
  unit: "h",
  rows: [
    { label: "store", role: "store", down: [], up: "100.00 %" },
    { label: "dependency 2", role: "hard", down: [{ from: 100, to: 110 }], up: "98.61 %" },
    { label: "dependency 3", role: "soft", down: [{ from: 719.9, to: 720 }], up: "99.99 %" },
    { label: "the service", role: "service", down: [{ from: 100, to: 110 }], up: "98.61 %" },
  ],
  says: "The service is up 98.61 % of the time.",
};
