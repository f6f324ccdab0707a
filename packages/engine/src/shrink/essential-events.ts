import type { HandledEvent, Run } from "../run.ts";

/**
 * The events of a run that count, by their indexes in `run.handled`: what a node handled or a client was answered, if it
 * changed a state or led to something that did; and crashes and restarts. A message counts once, when it arrives: sending
 * is part of the event that sends, and so is what a node says to itself. What changed nothing and led to nothing is no part
 * of a story. Needs a run with `causes`.
 *
 * @param until events after this time are left out: where a system does not recover, what counts is how it came to be
 * stuck, and not what it does over and over from then on
 */
export function essentialEvents(run: Run, until = Infinity): readonly number[] {
  const essential = new Set<number>();
  for (const [start, event] of run.handled.entries()) {
    if (event.time > until) break;
    if (!event.changed && event.kind !== "crash") continue;
    for (let index = start; index >= 0 && !essential.has(index); index = run.handled[index]!.cause)
      essential.add(index);
  }
  return [...essential].filter((index) => isOfNote(run.handled[index]!)).toSorted((one, other) => one - other);
}

function isOfNote(event: HandledEvent): boolean {
  if (event.inner || event.kind === "call" || event.kind === "timeout") return false;
  return event.kind !== "start" || event.time > 0;
}
