import { milliseconds, seconds } from "@fieldbook/kernel";
import type { ServiceGraph } from "@fieldbook/load";
import { defineGraphExperiment } from "./graph-experiment.ts";
import { threeDigits } from "./service-figure.ts";

const crisisFrom = 60;
const crisisTo = 90;

/** Experiment 15: a control plane whose work does not depend on what happens. */
export const constantWork = defineGraphExperiment({
  id: "constant-work",
  title: "Constant work",
  summary:
    "A control plane tells hosts their configuration: either every host fetches all of it at fixed times, or each change is pushed to every host. For half a minute everything changes often, as when a zone fails over.",
  leavesOut: "The size of what is sent is the same both ways; hosts do not fail, and nobody asks twice.",
  parameters: {
    constant: {
      kind: "flag",
      label: "hosts fetch at fixed times",
      default: true,
      help: "Off: each change is pushed to every host as it comes.",
    },
    hosts: {
      kind: "integer",
      label: "hosts",
      unit: "",
      min: 10,
      max: 500,
      step: 10,
      default: 100,
      help: "Who needs the configuration.",
    },
    calm: {
      kind: "number",
      label: "changes in the calm",
      unit: "/s",
      min: 0.1,
      max: 20,
      step: 0.1,
      default: 1,
      help: "How often something changes.",
    },
    factor: {
      kind: "integer",
      label: "more in the crisis",
      unit: "times",
      min: 1,
      max: 50,
      default: 20,
      help: "How many times as many changes.",
    },
  },
  properties: { steady: { says: "The control plane is no more than a tenth busier in the crisis than before." } },
  metrics: {
    calmBusy: { label: "servers busy in the calm", unit: "", digits: 2 },
    crisisBusy: { label: "servers busy in the crisis", unit: "", digits: 2 },
  },
  graph: ({ constant, hosts, calm, factor }): ServiceGraph => {
    const crisis = { at: seconds(crisisFrom), until: seconds(crisisTo), says: "everything changes" };
    const control = {
      instances: 1,
      concurrency: 1_000_000,
      steps: [{ kind: "work" as const, time: { kind: "constant" as const, value: milliseconds(5) } }],
    };
    const changes = { kind: "poisson", rate: calm } as const;
    return {
      name: "A control plane",
      duration: seconds(120),
      sources: constant
        ? {
            hosts: { arrivals: { kind: "constant", rate: hosts }, calls: { to: "control-plane" } },
            changes: { arrivals: changes, calls: { to: "store" } },
          }
        : { changes: { arrivals: changes, calls: { to: "pusher" } } },
      services: {
        "control-plane": control,
        ...(constant
          ? { store: { ...control, steps: [{ kind: "work", time: { kind: "constant", value: 1 } }] } }
          : {
              pusher: {
                instances: 1,
                concurrency: 1_000_000,
                steps: [{ kind: "fan-out", call: { to: "control-plane" }, count: hosts }],
              },
            }),
      },
      incidents: [{ kind: "traffic", source: "changes", factor, ...crisis }],
    };
  },
  findings: (_, run) => {
    const { busy } = run.services["control-plane"]!.use;
    const mean = (from: number, to: number): number => {
      const slices = busy.slice(Math.floor((from * 1e6) / run.slice), Math.floor((to * 1e6) / run.slice));
      return slices.reduce((sum, value) => sum + value, 0) / slices.length;
    };
    const calmBusy = mean(5, crisisFrom);
    const crisisBusy = mean(crisisFrom + 1, crisisTo);
    const says = `${threeDigits(calmBusy)} servers of the control plane are busy in the calm, ${threeDigits(crisisBusy)} in the crisis.`;
    return {
      verdicts: { steady: { verdict: crisisBusy <= calmBusy * 1.1 ? "holds" : "violated", says } },
      metrics: { calmBusy, crisisBusy },
      says,
    };
  },
});
