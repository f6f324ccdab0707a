import { randomBytes } from "node:crypto";
import type { Transaction } from "kysely";
import type { Actor } from "../accounts/actor.ts";
import type { Tables } from "../data/schema.ts";
import { handleOf } from "./mentions.ts";

type Write = Transaction<Tables>;

/** Notes who somebody is. The handle stays what it was at first, so that mentions go on to mean the same person. */
export async function rememberPerson(write: Write, { id, name }: Pick<Actor, "id" | "name">): Promise<void> {
  const known = await write.selectFrom("person").select("name").where("id", "=", id).executeTakeFirst();
  if (known?.name === name) return;
  if (known !== undefined) {
    await write.updateTable("person").set({ name }).where("id", "=", id).execute();
    return;
  }
  const wanted = handleOf(name);
  for (let attempt = 1; ; attempt += 1) {
    const handle =
      attempt === 1 ? wanted : attempt < 10 ? `${wanted}-${attempt}` : `${wanted}-${randomBytes(3).toString("hex")}`;
    // Who has the handle already, or the same person from another process, makes this do nothing.
    const row = { id, name, handle };
    await write
      .insertInto("person")
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const there = await write.selectFrom("person").select("id").where("id", "=", id).executeTakeFirst();
    if (there !== undefined) return;
  }
}

/** Who has posted hears of what follows, unless they have left the thread on purpose. */
export async function subscribe(write: Write, threadId: string, personId: string): Promise<void> {
  await write
    .insertInto("subscription")
    .values({ thread_id: threadId, person_id: personId, active: 1, token: newToken() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** 128 bits: what can not be guessed. */
export const newToken = (): string => randomBytes(16).toString("base64url");
