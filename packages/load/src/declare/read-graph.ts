import type { ServiceGraph } from "../graph/declaration.ts";
import { listOf, orNothing, orWord, recordOf } from "./collections.ts";
import { object, optional, required } from "./fields.ts";
import { duration, text } from "./quantities.ts";
import { incident } from "./read-incident.ts";
import { service } from "./read-service.ts";
import { source } from "./read-source.ts";
import { credential, rollout, zone, zoneLink } from "./read-surroundings.ts";

/** The whole file. */
export const graph = object<ServiceGraph>({
  name: "a service graph",
  fields: {
    name: required(text(100), "What the graph is called."),
    summary: optional(text(1_000), "One or two sentences: what is modelled, and what is left out.", "none"),
    duration: required(duration(1), "How long is simulated."),
    warmUp: optional(
      orWord("mser-5", duration()),
      "Left out of means and percentiles: a span from the start, or as long as the rule MSER-5 finds.",
      "nothing is left out",
    ),
    sources: required(recordOf("sources", source), "Who sends requests from outside, by name."),
    services: required(recordOf("services", service), "Who answers them, by name."),
    zones: optional(recordOf("zones", orNothing(zone, {})), "Places that fail together, by name.", "one place"),
    links: optional(listOf(zoneLink), "How long messages travel between two zones.", "as each call says"),
    credentials: optional(recordOf("credentials", credential), "Certificates and tokens, by name.", "none"),
    incidents: optional(listOf(incident), "What befalls the graph.", "none"),
    rollouts: optional(listOf(rollout), "New versions and configurations.", "none"),
  },
});
