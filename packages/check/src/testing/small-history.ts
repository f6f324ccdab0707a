import fc from "fast-check";
import type { History, Operation, Value } from "../history.ts";
import { illegal } from "../model.ts";
import type { NamedModel } from "../model.ts";

interface Plan {
  readonly f: string;
  readonly key: number;
  readonly input: Value;
  readonly output: Value;
  readonly outcome: "ok" | "fail" | "open";
  readonly unknown: boolean;
}

export interface SmallHistoryOptions {
  readonly operationsMax: number;
  /** Two keys instead of none. */
  readonly keyed: boolean;
}

/**
 * Histories of a few operations by up to four processes, with open and failed ones, with answers that are not known,
 * and with returns and calls at the same position. Half of them are answered by a correct system (each operation takes
 * effect when it returns) with at most one answer changed; the answers of the others are arbitrary.
 */
export function smallHistory(model: NamedModel<Value>, options: SmallHistoryOptions): fc.Arbitrary<History> {
  const { operationsMax } = options;
  const value = fc.integer({ min: 0, max: 2 });
  const text = fc.constantFrom("a", "b", "ab");
  const plan = fc.constantFrom(...Object.entries(model.operations)).chain(([f, form]) =>
    fc.record<Plan>({
      f: fc.constant(f),
      key: options.keyed ? fc.integer({ min: 0, max: 1 }) : fc.constant(0),
      input:
        form === "pair"
          ? fc.tuple(value, value)
          : form === "text"
            ? text
            : form === "value"
              ? fc.oneof({ weight: 6, arbitrary: value }, text)
              : fc.constant(null),
      output: fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: text }, fc.constant(null)),
      outcome: fc.constantFrom("ok", "ok", "ok", "ok", "ok", "ok", "fail", "open"),
      unknown: fc.integer({ min: 0, max: 11 }).map((chance) => chance === 0),
    }),
  );
  return fc
    .record({
      plans: fc.array(plan, { minLength: 3, maxLength: operationsMax }),
      turns: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: operationsMax, maxLength: 3 * operationsMax }),
      pauses: fc.array(fc.constantFrom(1, 1, 1, 0), { minLength: 3 * operationsMax, maxLength: 3 * operationsMax }),
      honest: fc.boolean(),
      changed: fc.integer({ min: 0, max: 2 * operationsMax }),
    })
    .map(({ plans, turns, pauses, honest, changed }) =>
      play(model, options, plans, turns, pauses, honest ? changed : "all"),
    );
}

/** Lets processes take turns: one that is idle calls the next operation, one that is busy returns. */
function play(
  model: NamedModel<Value>,
  { keyed }: SmallHistoryOptions,
  plans: readonly Plan[],
  turns: readonly number[],
  pauses: readonly number[],
  changed: number | "all",
): History {
  const history: Operation[] = [];
  const busy = new Map<number, number>();
  const states = new Map<number, Value>();
  const latest = new Map<number, number>();
  let position = 0;
  turns.forEach((process, turn) => {
    // A process does one thing at a time; two processes may do something at the same time.
    position = Math.max(position + (pauses[turn] ?? 1), (latest.get(process) ?? -1) + 1);
    latest.set(process, position);
    const index = busy.get(process);
    if (index === undefined) {
      const plan = plans[history.length];
      if (plan === undefined) return;
      busy.set(process, history.length);
      const { f, key, input } = plan;
      const call = { process, f, input, output: undefined, called: position, returned: Infinity } as const;
      history.push({ ...call, ...(keyed ? { key } : {}), outcome: "open" });
      return;
    }
    busy.delete(process);
    const plan = plans[index]!;
    if (plan.outcome === "open") return;
    const answer = plan.outcome === "fail" ? undefined : answerOf(model, states, plan);
    const output = changed === "all" || changed === index ? anyAnswer(plan) : answer;
    const isKnown = plan.outcome === "ok" && !plan.unknown;
    history[index] = {
      ...history[index]!,
      output: isKnown ? output : undefined,
      returned: position,
      outcome: plan.outcome,
    };
  });
  return history;
}

const anyAnswer = ({ f, output }: Plan): Value => (f === "cas" ? output !== 0 : output);

/** The answer of a correct system, and its effect. */
function answerOf(model: NamedModel<Value>, states: Map<number, Value>, { f, key, input }: Plan): Value {
  const state = states.get(key) ?? model.initial;
  if (model.operations[f] === "nothing") return state;
  const output = f === "cas" ? model.step(state, { f, input, output: true }) !== illegal : null;
  const next = model.step(state, { f, input, output });
  if (next !== illegal) states.set(key, next);
  return output;
}
