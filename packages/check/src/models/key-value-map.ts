import { illegal } from "../model.ts";
import type { Call, Evidence, NamedModel } from "../model.ts";
import type { Value } from "../history.ts";
import { sameValue, valueKey } from "../value.ts";
import { isRefusedCas, pairOf, unknownOperation } from "./register.ts";

const operations = {
  get: "nothing",
  put: "value",
  append: "text",
  read: "nothing",
  write: "value",
  cas: "pair",
} as const;

// A key never written is read as null by some systems and as "" by others: to this model they are one value.
const emptyAsNull = (value: Value): Value => (value === "" ? null : value);

const same = (one: Value, other: Value): boolean => sameValue(emptyAsNull(one), emptyAsNull(other));

/** What an append finds: a value that is no text is appended to as its text. */
const textOf = (value: Value): string => {
  if (typeof value === "string") return value;
  return value === null ? "" : String(valueKey(value));
};

function step(state: Value, call: Call): Value | typeof illegal {
  switch (call.f) {
    case "get":
    case "read":
      return call.output === undefined || same(call.output, state) ? state : illegal;
    case "put":
    case "write":
      return call.input;
    case "append":
      return textOf(state) + textOf(call.input);
    case "cas": {
      const [expected, next] = pairOf(call);
      if (call.output === false) return same(state, expected) ? illegal : state;
      return same(state, expected) ? next : illegal;
    }
    default:
      throw unknownOperation("kv", call, operations);
  }
}

const isRead = (call: Call): boolean => call.f === "get" || call.f === "read";

const leaves = (call: Call): Value | undefined => {
  if (call.f === "put" || call.f === "write") return emptyAsNull(call.input);
  return call.f === "cas" && !isRefusedCas(call) ? emptyAsNull(pairOf(call)[1]) : undefined;
};

/** Whether a value may be, or be built upon, what the cause left. */
function mayContain(value: Value, cause: Call): boolean {
  if (cause.f === "append") return textOf(value).includes(textOf(cause.input));
  const left = leaves(cause);
  return left !== undefined && (same(value, left) || textOf(value).startsWith(textOf(left)));
}

const evidence: Evidence = {
  initially: null,
  restsOn(observer, cause) {
    if (isRead(cause) || isRefusedCas(cause)) return false;
    if (isRead(observer)) return observer.output !== undefined && mayContain(observer.output, cause);
    if (isRefusedCas(observer)) return true;
    return observer.f === "cas" && mayContain(pairOf(observer)[0], cause);
  },
  overwrites: (call) => leaves(call) !== undefined,
  observes(call) {
    if (isRead(call)) return call.output === undefined ? undefined : emptyAsNull(call.output);
    return call.f === "cas" && !isRefusedCas(call) ? emptyAsNull(pairOf(call)[0]) : undefined;
  },
  leaves,
  lacks(observer, cause) {
    if (cause.f !== "append" || !isRead(observer) || observer.output === undefined) return false;
    return !mayContain(observer.output, cause);
  },
};

/** A map from keys to values, divided by key: every key is checked on its own. */
export const keyValueMap: NamedModel<Value> = {
  name: "kv",
  title: "Key-value map",
  describe:
    "A value for each key, at first null: get, put, append (texts), read, write, cas [expected new]. " +
    'Null and "" count as one value, since systems differ in what they answer for a key never written.',
  operations,
  keyed: true,
  initial: null,
  step,
  stateKey: (state) => valueKey(emptyAsNull(state)),
  readOnly: (call) => isRead(call) || isRefusedCas(call),
  partition: (call) => call.key ?? null,
  evidence,
  mayGrowInto(state, call) {
    const seen = evidence.observes(call);
    return seen !== undefined && textOf(seen).startsWith(textOf(state));
  },
};
