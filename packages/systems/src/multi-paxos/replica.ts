/** The replica of "Paxos Made Moderately Complex", section 2 and figure 1: decisions, and performing them in order. */
import type { Message } from "@fieldbook/engine";
import type { KeyValueRequest } from "../shared/key-value-clients.ts";
import type { Command, Ctx, SlotCommand, State } from "./multi-paxos-state.ts";

/** Takes decisions, in any order, and performs those that are next. */
export function decide(state: State, entries: readonly SlotCommand[], ctx: Ctx): void {
  for (const { slot, command } of entries) {
    if (state.decided.has(slot)) continue;
    state.decided.set(slot, command);
    if (!state.config.inOrder) {
      state.performed = Math.max(state.performed, slot);
      performOnce(state, command, ctx);
    }
  }
  if (!state.config.inOrder) return;
  while (state.decided.has(state.performed + 1)) {
    state.performed += 1;
    performOnce(state, state.decided.get(state.performed)!, ctx);
  }
  if (state.decided.size > state.performed) ctx.mark("a decision waited for those before it");
}

/** `perform` in figure 1: a command that was decided for an earlier slot as well has no further effect. */
function performOnce(state: State, command: Command, ctx: Ctx): void {
  if (command === null) return;
  const number = command.body.msg_id ?? 0;
  if (state.config.once && number <= (state.sessions.get(command.src) ?? -1)) return;
  state.sessions.set(command.src, number);
  perform(state, command, ctx);
}

/** Carries a command out; the leader answers the client. */
export function perform(state: State, command: Message<KeyValueRequest>, ctx: Ctx): void {
  const { body } = command;
  const { value, version } = state.store.get(body.key) ?? { value: null, version: 0 };
  const holds = body.type !== "cas" || body.from === value;
  if (body.type === "write") state.store.set(body.key, { value: body.value, version: version + 1 });
  if (body.type === "cas" && holds) state.store.set(body.key, { value: body.to, version: version + 1 });
  if (state.leading?.active !== true) return;
  if (!holds) {
    const text = `expected ${String(body.from)}, found ${String(value)}`;
    return ctx.reply(command, { type: "error", code: 22, text });
  }
  if (body.type === "read") ctx.reply(command, { type: "read_ok", value });
  else ctx.reply(command, { type: body.type === "write" ? "write_ok" : "cas_ok" });
}
