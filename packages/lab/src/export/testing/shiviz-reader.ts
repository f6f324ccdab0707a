/** ShiViz's default expression, as it stands in the form of its page. */
const shivizExpression = String.raw`(?<event>.*)\n(?<host>\S*) (?<clock>{.*})`;

export interface ShivizEvent {
  readonly text: string;
  readonly host: string;
  readonly clock: Readonly<Record<string, number>>;
}

/**
 * Reads a log as ShiViz does and checks what it checks of clocks: they count 1, 2, 3 … on their own host, name only
 * events that there are, and hold all that those events knew.
 *
 * @throws Error naming the event
 */
export function readShiviz(log: string): ShivizEvent[] {
  const events = [...log.matchAll(new RegExp(shivizExpression, "g"))].map(({ groups }): ShivizEvent => {
    const { event = "", host = "", clock = "" } = groups ?? {};
    return { text: event, host, clock: JSON.parse(clock) as Record<string, number> };
  });
  if (events.length * 2 !== log.trimEnd().split("\n").length) throw new Error("the log has lines that are no event");
  const byHost = Map.groupBy(events, ({ host }) => host);
  for (const event of events) {
    const own = byHost.get(event.host)!;
    if (event.clock[event.host] !== own.indexOf(event) + 1) {
      throw new Error(`the clock of ${event.host} does not count its own events: "${event.text}"`);
    }
    const before = own[own.indexOf(event) - 1];
    if (before !== undefined) refuseForgotten(event, before);
    for (const [host, time] of Object.entries(event.clock)) {
      const known = byHost.get(host)?.[time - 1];
      if (known === undefined) throw new Error(`"${event.text}" knows an event of ${host} that there is not`);
      refuseForgotten(event, known);
    }
  }
  return events;
}

function refuseForgotten(event: ShivizEvent, earlier: ShivizEvent): void {
  for (const [host, time] of Object.entries(earlier.clock)) {
    if ((event.clock[host] ?? 0) < time) throw new Error(`"${event.text}" does not know what "${earlier.text}" knew`);
  }
}

/** Whether one event happened before another, by their clocks alone. */
export const happenedBefore = (one: ShivizEvent, other: ShivizEvent): boolean =>
  one !== other && one.clock[one.host]! <= (other.clock[one.host] ?? 0);
