import { illegal } from "../model.ts";
import type { Call, Evidence, NamedModel } from "../model.ts";
import type { Value } from "../history.ts";
import { sameValue, valueKey } from "../value.ts";

/** Raised when a history has an operation that the model does not know, or an input of the wrong form. */
export class ModelError extends Error {
  override readonly name = "ModelError";
}

/** The two values of a compare-and-set. */
export function pairOf(call: Call): readonly [expected: Value, next: Value] {
  const { input } = call;
  if (input !== null && typeof input === "object" && input.length === 2) {
    const [expected, next] = input;
    if (expected !== undefined && next !== undefined) return [expected, next];
  }
  throw new ModelError(`A ${call.f} takes a pair [expected, new]; its input is ${JSON.stringify(input)}.`);
}

/** A compare-and-set that was answered "no": it observed that the value differed, and changed nothing. */
export const isRefusedCas = (call: Call): boolean => call.f === "cas" && call.output === false;

export const unknownOperation = (model: string, call: Call, known: object): ModelError =>
  new ModelError(`The model ${model} knows ${Object.keys(known).join(", ")}; the history has "${call.f}".`);

function stepRegister(state: Value, call: Call): Value | typeof illegal {
  switch (call.f) {
    case "read":
      return call.output === undefined || sameValue(call.output, state) ? state : illegal;
    case "write":
      return call.input;
    case "cas": {
      const [expected, next] = pairOf(call);
      if (call.output === false) return sameValue(state, expected) ? illegal : state;
      return sameValue(state, expected) ? next : illegal;
    }
    default:
      throw unknownOperation("cas-register", call, casOperations);
  }
}

const leaves = (call: Call): Value | undefined => {
  if (call.f === "write") return call.input;
  return call.f === "cas" && !isRefusedCas(call) ? pairOf(call)[1] : undefined;
};

const evidence: Evidence = {
  initially: null,
  restsOn(observer, cause) {
    const left = leaves(cause);
    if (left === undefined) return false;
    if (observer.f === "read") return observer.output !== undefined && sameValue(observer.output, left);
    return observer.f === "cas" && sameValue(pairOf(observer)[0], left) !== isRefusedCas(observer);
  },
  overwrites: (call) => leaves(call) !== undefined,
  observes(call) {
    if (call.f === "read") return call.output;
    return call.f === "cas" && !isRefusedCas(call) ? pairOf(call)[0] : undefined;
  },
  leaves,
};

const registerBasis = {
  keyed: false,
  initial: null,
  stateKey: valueKey,
  readOnly: (call: Call) => call.f === "read" || isRefusedCas(call),
  partition: (call: Call) => call.key ?? null,
  evidence,
};

const registerOperations = { read: "nothing", write: "value" } as const;
const casOperations = { ...registerOperations, cas: "pair" } as const;

/** One value that is read and written. Operations with a key are about a register of that key. */
export const register: NamedModel<Value> = {
  ...registerBasis,
  name: "register",
  title: "Register",
  describe: "One value, at first null: read, write.",
  operations: registerOperations,
  step(state, call) {
    if (call.f === "cas") throw unknownOperation("register", call, registerOperations);
    return stepRegister(state, call);
  },
};

/**
 * A register with compare-and-set: `cas [expected, new]` writes `new` if the value is `expected`.
 *
 * A compare-and-set whose outcome is `fail` had no effect and says nothing about the value: in recorded histories
 * `:fail` also stands for "refused before it was tried". (Porcupine takes it as an observation that the value
 * differed; Knossos drops it, as we do.) To record the observation, let the operation be `ok` with the output false.
 */
export const casRegister: NamedModel<Value> = {
  ...registerBasis,
  name: "cas-register",
  title: "Compare-and-set register",
  describe:
    "One value, at first null: read, write, cas [expected new]. " +
    "A cas that failed is taken to have had no effect, and says nothing about the value.",
  operations: casOperations,
  step: stepRegister,
};
