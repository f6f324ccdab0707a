import type { History } from "./history.ts";
import { illegal } from "./model.ts";
import type { Call, SequentialModel } from "./model.ts";
import { valueKey } from "./value.ts";
import type { ValueKey } from "./value.ts";

/** The independent part of the system that a call is about. */
export function partOf<State>(model: SequentialModel<State>, call: Call): ValueKey {
  return model.partition === undefined ? null : valueKey(model.partition(call));
}

/** The indexes of the operations of each independent part. */
export function divide<State>(history: History, model: SequentialModel<State>): number[][] {
  if (model.partition === undefined) return [[...history.keys()]];
  const parts = new Map<ValueKey, number[]>();
  for (let index = 0; index < history.length; index += 1) {
    const key = partOf(model, history[index]!);
    const part = parts.get(key);
    if (part === undefined) parts.set(key, [index]);
    else part.push(index);
  }
  return [...parts.values()];
}

/**
 * A model's parts taken together as one state: for properties that do not hold of the whole when they hold of each
 * part. Its `partition` still tells the parts apart.
 */
export function whole<State>(model: SequentialModel<State>): SequentialModel<ReadonlyMap<ValueKey, State>> {
  const initialKey = model.stateKey(model.initial);
  const { readOnly, partition, evidence } = model;
  return {
    ...(readOnly === undefined ? {} : { readOnly }),
    ...(partition === undefined ? {} : { partition }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(model.mayGrowInto === undefined ? {} : { mayGrowInto: (states, call) => mayGrowInto(model, states, call) }),
    initial: new Map(),
    step(states, call) {
      const part = partOf(model, call);
      const before = states.has(part) ? (states.get(part) as State) : model.initial;
      const after = model.step(before, call);
      return after === illegal ? illegal : new Map(states).set(part, after);
    },
    stateKey(states) {
      const texts: string[] = [];
      for (const [part, state] of states) {
        const key = model.stateKey(state);
        // A part that is again as it was at first is like one that was never touched.
        if (key !== initialKey) texts.push(JSON.stringify([typeof part, String(part), typeof key, String(key)]));
      }
      return texts.sort().join();
    },
  };
}

function mayGrowInto<State>(model: SequentialModel<State>, states: ReadonlyMap<ValueKey, State>, call: Call): boolean {
  const part = partOf(model, call);
  return model.mayGrowInto?.(states.has(part) ? (states.get(part) as State) : model.initial, call) ?? false;
}
