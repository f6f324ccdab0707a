import type { Credential, Incident, Rollout } from "../declaration.ts";
import type { Checking } from "./checking.ts";

export function checkIncident(checking: Checking, path: string, incident: Incident): void {
  const kinds = [
    "traffic",
    "slow",
    "down",
    "zone-down",
    "errors",
    "partition",
    "latency",
    "cache-flush",
    "issuer-down",
  ];
  if (!checking.kind(path, incident, kinds)) return;
  checking.duration(`${path}.at`, incident.at);
  checking.duration(`${path}.until`, incident.until);
  const isInstant = incident.kind === "cache-flush";
  if (isInstant ? incident.until < incident.at : incident.until <= incident.at) {
    checking.refuse(`${path}.until`, "An incident ends after it has begun.", "Write a time after `at`.");
  }
  switch (incident.kind) {
    case "traffic":
      checking.name(`${path}.source`, incident.source, "sources");
      return checking.positive(`${path}.factor`, incident.factor, "or 0");
    case "slow":
      checking.positive(`${path}.factor`, incident.factor);
      return onInstances(checking, path, incident);
    case "down":
      return onInstances(checking, path, incident);
    case "errors":
      checking.share(`${path}.share`, incident.share);
      return onInstances(checking, path, incident);
    case "zone-down":
      return checking.name(`${path}.zone`, incident.zone, "zones");
    case "partition":
      return incident.between.forEach((name, index) =>
        checking.name(`${path}.between[${String(index)}]`, name, "services", "zones", "sources"),
      );
    case "latency":
      checking.name(`${path}.service`, incident.service, "services");
      return checking.distribution(`${path}.added`, incident.added);
    case "cache-flush":
      return checking.name(`${path}.service`, incident.service, "services");
    case "issuer-down":
      return checking.name(`${path}.credential`, incident.credential, "credentials");
  }
}

function onInstances(
  checking: Checking,
  path: string,
  { service, instances }: { readonly service: string; readonly instances?: number },
): void {
  checking.name(`${path}.service`, service, "services");
  checking.count(`${path}.instances`, instances);
}

export function checkRollout(checking: Checking, path: string, rollout: Rollout): void {
  checking.name(`${path}.service`, rollout.service, "services");
  checking.duration(`${path}.at`, rollout.at);
  checking.duration(`${path}.bake`, rollout.bake);
  checking.duration(`${path}.restart`, rollout.restart);
  checking.notEmpty(`${path}.waves`, rollout.waves, "wave");
  rollout.waves.forEach((wave, index) => checking.share(`${path}.waves[${String(index)}]`, wave, "above 0"));
  checking.ascending(`${path}.waves`, rollout.waves, 0);
  if (rollout.waves.length > 0 && rollout.waves.at(-1) !== 1) {
    const says = `The last wave reaches all instances; got ${String(rollout.waves.at(-1))}.`;
    checking.refuse(`${path}.waves[${String(rollout.waves.length - 1)}]`, says, "Add a wave of 1.");
  }
  checking.share(`${path}.defect.errorShare`, rollout.defect?.errorShare);
  checking.positive(`${path}.defect.slowdown`, rollout.defect?.slowdown);
  checking.share(`${path}.gate.errorShare`, rollout.gate?.errorShare);
  checking.count(`${path}.gate.minimum`, rollout.gate?.minimum);
}

export function checkCredential(checking: Checking, path: string, credential: Credential): void {
  checking.duration(`${path}.lifetime`, credential.lifetime, "above 0");
  checking.share(`${path}.renewAt`, credential.renewAt, "above 0");
  checking.share(`${path}.jitter`, credential.jitter);
  checking.duration(`${path}.retryAfter`, credential.retryAfter, "above 0");
  if (credential.issuer !== undefined) checking.name(`${path}.issuer`, credential.issuer, "services");
}
