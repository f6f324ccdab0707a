import type { DrawnMessage, DrawnOperation, SpaceTimePicture } from "@fieldbook/lab";

export interface ToldEvent {
  readonly time: number;
  /** "store 7 from n1 arrives at n2" */
  readonly says: string;
}

/** All that happens in a space-time diagram, in words and in the order of time. */
export function tellEvents(picture: SpaceTimePicture): readonly ToldEvent[] {
  const nameOf = (lane: number): string => picture.lanes[lane]!.label;
  const events = [
    ...picture.operations.flatMap((operation) => tellOperation(operation, nameOf(operation.lane))),
    ...picture.messages.flatMap((message) => tellMessage(message, picture)),
    ...picture.crashes.flatMap(({ lane, from, to }) => [
      { time: from, says: `${nameOf(lane)} goes down` },
      { time: to, says: `${nameOf(lane)} is back` },
    ]),
    ...picture.partitions.flatMap(({ label, from, to }) => [
      { time: from, says: `from here: ${label}` },
      { time: to, says: `no longer: ${label}` },
    ]),
  ];
  return events.filter(({ time }) => time <= picture.duration).toSorted((one, other) => one.time - other.time);
}

function tellOperation({ calledAt, returnedAt, label, outcome }: DrawnOperation, client: string): ToldEvent[] {
  // What it will return is not known when it is called.
  const asked = label.replace(/ (→ .*|failed)$/, "");
  const called = { time: calledAt, says: `${client} calls ${asked}` };
  if (returnedAt === undefined) return [called];
  return [
    called,
    { time: returnedAt, says: outcome === "fail" ? `${client}: ${label}` : `${client}: ${label} returns` },
  ];
}

/** What clients send and hear is told as their calls and returns. */
function tellMessage(message: DrawnMessage, { lanes }: SpaceTimePicture): ToldEvent[] {
  const { sentAt, endedAt, fate, duplicate, reason } = message;
  const [from, to] = [lanes[message.from]!, lanes[message.to]!];
  const name = duplicate ? `a second copy of ${message.label}` : message.label;
  const ends = {
    "in-flight": [],
    lost: [{ time: endedAt, says: `${name} from ${from.label} to ${to.label} is lost (${reason ?? "unknown"})` }],
    delivered:
      to.role === "client" ? [] : [{ time: endedAt, says: `${name} from ${from.label} arrives at ${to.label}` }],
  };
  const sent = from.role === "client" ? [] : [{ time: sentAt, says: `${from.label} sends ${name} to ${to.label}` }];
  return [...sent, ...ends[fate]];
}
