import type { CurvePicture, HeatMapPicture, ServiceGraphPicture } from "@fieldbook/lab";

export const shop: ServiceGraphPicture = {
  kind: "service-graph",
  services: [
    { id: "web", label: "browsers", role: "source", facts: ["40 requests/s"], health: "well" },
    {
      id: "api",
      label: "api",
      role: "service",
      facts: ["4 × 8 servers", "p99 82 ms"],
      utilisation: 0.42,
      health: "well",
    },
    {
      id: "cart",
      label: "cart",
      role: "service",
      facts: ["2 × 4 servers", "p99 40 ms"],
      utilisation: 0.83,
      health: "strained",
    },
    {
      id: "ads",
      label: "ads",
      role: "service",
      facts: ["1 × 2 servers", "p99 1,900 ms"],
      utilisation: 1,
      health: "failing",
    },
    { id: "store", label: "store", role: "service", facts: ["3 × 16 servers"], utilisation: 0.2, health: "well" },
  ],
  calls: [
    { from: "web", to: "api", label: "40/s", soft: false },
    { from: "api", to: "cart", label: "38/s", soft: false },
    { from: "api", to: "ads", label: "12/s", soft: true },
    { from: "cart", to: "store", label: "38/s", soft: false },
    { from: "api", to: "store", label: "3/s", soft: false },
  ],
  says: "Browsers call api, which calls cart, ads and store; ads fails.",
};

export const spread: HeatMapPicture = {
  kind: "heat-map",
  title: "Latency of api",
  x: [0, 1, 2, 3, 4, 5],
  y: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
  counts: [
    [0, 0, 5, 20, 9, 1, 0, 0, 0, 0],
    [0, 0, 6, 22, 8, 0, 0, 0, 0, 0],
    [0, 0, 1, 4, 9, 14, 8, 4, 1, 0],
    [0, 0, 0, 0, 2, 5, 11, 14, 6, 2],
    [0, 0, 3, 14, 11, 4, 2, 0, 0, 0],
    [0, 0, 6, 21, 9, 0, 0, 0, 0, 0],
  ],
  lines: [
    { label: "p50", values: [6, 6, 20, 80, 9, 6] },
    { label: "p99", values: [20, 15, 140, 400, 50, null] },
  ],
  spans: [{ from: 2, to: 4, label: "the store is slow" }],
  says: "While the store is slow the latency of api rises from 20 ms to 400 ms at the 99th percentile.",
};

export const knee: CurvePicture = {
  kind: "curve",
  title: "Waiting by utilisation",
  x: { label: "utilisation", unit: "%" },
  y: { label: "waiting", unit: "service times", scale: "linear" },
  series: [
    {
      label: "M/M/1",
      role: "reference",
      points: [50, 60, 70, 80, 90, 95].map((x) => ({ x, y: x / (100 - x) })),
    },
    {
      label: "measured",
      role: "run",
      points: [
        { x: 80, y: 3.9, low: 3.6, high: 4.2 },
        { x: 90, y: 9.3, low: 8.2, high: 10.4 },
        { x: 95, y: 18.1, low: 15, high: 21.2 },
      ],
    },
  ],
  here: 80,
  says: "Waiting grows from 4 to 19 service times between 80 % and 95 %.",
};
