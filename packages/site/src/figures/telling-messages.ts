import type { DrawnMessage, DrawnOperation, SpaceTimePicture } from "@fieldbook/lab";

/**
 * The messages that tell why an operation that contradicts others got its answer, each with the operation: those on the
 * way from its call to its answer, and those that brought what the nodes on the way then held. All others are noise to
 * who wants to see the contradiction.
 */
export function tellingMessages(picture: SpaceTimePicture): ReadonlyMap<DrawnMessage, DrawnOperation> {
  const arrivals = new Map<string, DrawnMessage>();
  for (const message of picture.messages) {
    if (message.fate === "delivered") arrivals.set(moment(message.to, message.endedAt), message);
  }
  const telling = new Map<DrawnMessage, DrawnOperation>();
  const add = (message: DrawnMessage, operation: DrawnOperation): void => {
    if (!telling.has(message)) telling.set(message, operation);
  };
  const told = picture.operations.filter(({ contradicts }) => contradicts);
  for (const operation of told) {
    for (const message of wayToAnswer(operation, arrivals)) add(message, operation);
    const request = picture.messages.find(
      ({ from, sentAt }) => from === operation.lane && sentAt === operation.calledAt,
    );
    if (request !== undefined) add(request, operation);
  }
  for (const operation of told) {
    for (const { from, sentAt } of wayToAnswer(operation, arrivals)) {
      const state = picture.states.findLast(({ lane, at }) => lane === from && at <= sentAt);
      const brought = state === undefined ? undefined : arrivals.get(moment(state.lane, state.at));
      if (brought !== undefined) add(brought, operation);
    }
  }
  return telling;
}

const moment = (lane: number, time: number): string => `${String(lane)} ${String(time)}`;

/**
 * Backwards from the answer: a handler sends at the moment at which the message arrived that made it do so, so that the
 * lane and the time of a sending name its cause. Ends at the call.
 */
function wayToAnswer(operation: DrawnOperation, arrivals: ReadonlyMap<string, DrawnMessage>): DrawnMessage[] {
  const way: DrawnMessage[] = [];
  if (operation.returnedAt === undefined) return way;
  let next = arrivals.get(moment(operation.lane, operation.returnedAt));
  while (next !== undefined && next.sentAt >= operation.calledAt) {
    way.push(next);
    next = arrivals.get(moment(next.from, next.sentAt));
  }
  return way;
}
