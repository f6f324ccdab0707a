import type { Value } from "../history.ts";
import type { NamedModel } from "../model.ts";
import { keyValueMap } from "./key-value-map.ts";
import { casRegister, register } from "./register.ts";

export type ModelName = "register" | "cas-register" | "kv";

/** The models that have a name, by that name. */
export const models: Readonly<Record<ModelName, NamedModel<Value>>> = {
  register,
  "cas-register": casRegister,
  kv: keyValueMap,
};
