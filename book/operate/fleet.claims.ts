import type { Claim } from "@fieldbook/lab";
import { agrees, claim, differs, findExperiment, holds, violated } from "@fieldbook/lab";

const reconnectStorm = findExperiment("reconnect-storm");
const retryJitter = findExperiment("retry-jitter");
const credentialPartition = findExperiment("credential-partition");
const certificateCliff = findExperiment("certificate-cliff");
const rolloutWaves = findExperiment("rollout-waves");

/** A fleet in small: the same 200 s at best as a million devices at 5,000 a second. */
const small = { devices: 2_000, connectionsPerSecond: 10 } as const;
const afterHalfAnHour = { ...small, outageMinutes: 30, horizonMinutes: 60 } as const;

/** A wave of n devices meets a defect of 1 % with 1 − 0.99^n. */
function caught(wave: number): number {
  let missed = 1;
  for (let device = 0; device < wave; device += 1) missed *= 0.99;
  return (1 - missed) * 100;
}

const leavesOut =
  "One front door for all; each connection costs it the same; refusing costs nothing; no session is resumed.";

const shortQueueBringsBack = claim({
  id: "short-queue-brings-the-fleet-back",
  says:
    "After an outage 2,000 devices are back within a tenth of devices / capacity and a timeout, when a full queue is served within half of " +
    "the devices' timeout. With a queue of four timeouts most never come back, though the cloud is well.",
  experiment: reconnectStorm,
  parameters: { ...small, queueSeconds: 5 },
  expect: holds("nearIdeal", { seeds: 30 }),
  inFigure: "queue of 5 s",
  control: {
    inFigure: "queue of 40 s",
    label: "A queue of 40 s",
    says: "Whoever is served has given up; the front door is busy with nobody.",
    parameters: { ...small, queueSeconds: 40 },
    expect: violated("nearIdeal", { seeds: 30, atLeast: 30 }),
  },
  knobs: ["queueSeconds", "policy", "order"],
  guess: {
    question:
      "The cloud is back. Its front door keeps devices waiting up to 40 s; a device gives up after 10 s. What happens?",
    options: ["all are back in 200 s", "all are back in about 800 s", "most never come back"],
    answer: 2,
  },
  sources: ["bronson-2021"],
  leavesOut,
  breaksWhen: "Devices wait as long as the queue takes, or the front door looks who is still there.",
});

const standardBackOff = claim({
  id: "standard-back-off-takes-forty-minutes",
  says: "With the default waits of TR-369 a fleet needs 40 minutes until 99 % are back after an outage of 30, for a cloud that could do it in 200 s.",
  experiment: reconnectStorm,
  parameters: { ...afterHalfAnHour, policy: "tr-369", queueSeconds: 40 },
  expect: agrees("secondsTo99", {
    value: 2_420,
    formula: "a simulation of the same rules, made apart from this one",
    within: 30,
    seeds: 30,
  }),
  inFigure: "TR-369's waits",
  control: {
    inFigure: "full jitter",
    label: "Full jitter, at most five minutes",
    says: "The waits end sooner, and they are as spread.",
    parameters: { ...afterHalfAnHour, policy: "full-jitter", queueSeconds: 5 },
    expect: differs("secondsTo99", { value: 2_420, formula: "with TR-369's waits", by: 1_900, seeds: 30 }),
  },
  knobs: ["policy", "capSeconds", "outageMinutes"],
  guess: {
    question: "An outage of half an hour. The cloud can take everyone back in 200 s. When are they back?",
    options: ["after 200 s", "after about 10 minutes", "after 40 minutes"],
    answer: 2,
  },
  sources: ["tr-369"],
  leavesOut,
  breaksWhen: "The outage is short: the waits have not grown yet.",
});

const jitterSpreads = claim({
  id: "jitter-spreads-a-wave",
  says: "Ten thousand retries with full jitter over 100 s come at a hundred a second; without jitter they come in one second.",
  experiment: retryJitter,
  parameters: { jitter: "full", devices: 10_000, spanSeconds: 100 },
  expect: holds("spread", { seeds: 50 }),
  inFigure: "full jitter",
  control: {
    inFigure: "no jitter",
    label: "Without jitter",
    says: "All waits are equal, so the wave comes back whole.",
    parameters: { jitter: "none", devices: 10_000, spanSeconds: 100 },
    expect: violated("spread", { seeds: 50, atLeast: 50 }),
  },
  knobs: ["jitter", "spanSeconds", "devices"],
  guess: {
    question: "Ten thousand devices fail at one moment, and each waits 100 s. How many come back in the worst second?",
    options: ["a hundred", "a thousand", "ten thousand"],
    answer: 2,
  },
  sources: ["brooker-2022-backoff"],
  leavesOut: "One wave, one retry.",
  breaksWhen: "Devices do not fail at one moment: then they are spread already.",
});

const halfALifetime = claim({
  id: "half-a-lifetime-of-grace",
  says: "Tokens of 60 minutes that are renewed at the half bear a partition of 28 minutes from their issuer without a loss.",
  experiment: credentialPartition,
  parameters: { partitionMinutes: 28, renewAt: 50 },
  expect: holds("noImpact", { seeds: 50 }),
  inFigure: "renewed at the half",
  control: {
    inFigure: "renewed late",
    label: "Renewed after 90 %",
    says: "The same partition costs sessions after six minutes.",
    parameters: { partitionMinutes: 28, renewAt: 90 },
    expect: violated("noImpact", { seeds: 50, atLeast: 50 }),
  },
  knobs: ["partitionMinutes", "renewAt", "jitter"],
  guess: {
    question: "Tokens live an hour. The issuer can not be reached for 28 minutes. Who notices?",
    options: ["everyone, at once", "those whose token was old", "that depends on when tokens are renewed"],
    answer: 2,
  },
  sources: ["saltzer-1975"],
  leavesOut: "Devices need the issuer for nothing else. A revoked token lives on as long.",
  breaksWhen: "The partition is longer than what is left of the youngest token; and then nobody is left.",
});

const certificatesOfOneDay = claim({
  id: "certificates-of-one-day",
  says: "Certificates that were all issued on one day run out together: with renewal broken and no lead time, 100 % of the fleet is lost.",
  experiment: certificateCliff,
  parameters: { issuedWithinDays: 0, leadDays: 0 },
  expect: agrees("peakExpired", { value: 100, formula: "all expire before the repair", within: 0.5, seeds: 30 }),
  inFigure: "issued on one day",
  control: {
    inFigure: "spread and renewed early",
    label: "Issued over 300 days, renewed 30 days ahead",
    says: "The first failures are noticed while nearly all certificates are still good.",
    parameters: { issuedWithinDays: 300, leadDays: 30 },
    expect: differs("peakExpired", { value: 100, formula: "all at once", by: 95, seeds: 30 }),
  },
  knobs: ["issuedWithinDays", "leadDays", "repairDays"],
  guess: {
    question:
      "A year ago one script gave every device its certificate. Renewal has been broken since. Who is offline today?",
    options: ["a few, each day", "about one in twelve", "everyone"],
    answer: 2,
  },
  sources: ["sre-book-launch"],
  leavesOut: "Renewal is broken from the start and is repaired for all at once.",
  breaksWhen: "Someone tries renewal before it is needed.",
});

const threeHundredFirst = claim({
  id: "two-hundred-and-ninety-nine-first",
  says: "To meet a defect of 1 % with 95 % certainty, the first wave of a rollout has to have 299 devices.",
  experiment: rolloutWaves,
  parameters: {
    devices: 299,
    firstWave: 299,
    pace: "at-once",
    waveMinutes: 1,
    detectionMinutes: 0,
    soakMinutes: 0,
    haltAt: 0,
  },
  expect: agrees("caughtInFirst", { value: caught(299), formula: "1 − 0.99²⁹⁹", within: 4, seeds: 400 }),
  inFigure: "first wave of 299",
  control: {
    inFigure: "first wave of 20",
    label: "A first wave of 20",
    says: "Four times of five it sees nothing, and the rollout goes on.",
    parameters: { devices: 100, firstWave: 20, waveMinutes: 1, detectionMinutes: 0, soakMinutes: 0, haltAt: 0 },
    expect: differs("caughtInFirst", { value: caught(299), formula: "1 − 0.99²⁹⁹", by: 60, seeds: 400 }),
  },
  knobs: ["firstWave", "defectPercent", "haltAt"],
  guess: {
    question:
      "New firmware fails on one device in a hundred. How large must the first wave be, so that it most likely shows?",
    options: ["10 devices", "100 devices", "about 300 devices"],
    answer: 2,
  },
  sources: ["crowdstrike-2024"],
  leavesOut: "A defect shows at once, and devices are ill independently.",
  breaksWhen: "A defect needs days to show, or strikes only devices that the first wave does not have.",
});

export const claims: readonly Claim[] = [
  shortQueueBringsBack,
  standardBackOff,
  jitterSpreads,
  halfALifetime,
  certificatesOfOneDay,
  threeHundredFirst,
];
