import type { Transaction } from "kysely";
import type { Tables } from "../data/schema.ts";
import type { Store } from "../data/store.ts";
import { rememberPerson } from "../threads/people.ts";
import { AccountError } from "./account-error.ts";
import { accountDatabase } from "./account-tables.ts";
import type { AccountTables } from "./account-tables.ts";
import type { Actor, Role } from "./actor.ts";
import { noteEvent } from "./audit-log.ts";
import type { AuditEvent } from "./audit-log.ts";
import { isCommonPassword } from "./common-passwords.ts";
import { longestPassword, shortestPassword } from "./passwords.ts";
import { may } from "./permissions.ts";
import { hashSecret, newSecret } from "./secrets.ts";
import { createSignIn, oidcProvider } from "./sign-in.ts";
import type { SignIn, SignInSettings } from "./sign-in.ts";

export interface NewPerson {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export interface SessionSummary {
  readonly id: string;
  readonly browser: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** Somebody who has an account. */
export interface TeamPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly shutOut: boolean;
}

/** An invitation, or a secret for a new password, that nobody has used yet. */
export interface OpenInvitation {
  readonly id: string;
  readonly role: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const invitationMs = 7 * 24 * 60 * 60 * 1_000;
/** @throws AccountError for a password that is tried first by whoever guesses */
async function refuseCommon(password: string): Promise<void> {
  // One that is too short is refused for that.
  if (password.length >= shortestPassword && (await isCommonPassword(password))) {
    throw new AccountError("This password is among those that are tried first. Take one that nobody else has.");
  }
}

const forbidden = "Your role does not allow that.";

/** People, invitations and sessions of a team. */
export class Accounts {
  readonly #store: Store;
  readonly #signIn: SignIn;

  constructor(store: Store, settings: SignInSettings) {
    this.#store = store;
    this.#signIn = createSignIn(store, settings);
  }

  /** The secret with which the first owner comes in; undefined when there is one. Each call makes the ones before void. */
  async setUp(): Promise<string | undefined> {
    const db = accountDatabase(this.#store);
    const owner = await db.selectFrom("user").select("id").where("role", "=", "owner").executeTakeFirst();
    if (owner !== undefined) return undefined;
    return this.#write(async (write) => {
      const open = write.deleteFrom("invitation").where("invited_by", "is", null).where("used_at", "is", null);
      await open.execute();
      return this.#addInvitation(write, "owner", null);
    });
  }

  /**
   * @returns the secret of an invitation, which one person may use within seven days
   * @throws AccountError when the actor may not invite
   */
  async invite(actor: Actor, role: Role): Promise<string> {
    if (!may(actor, "invite")) throw new AccountError(forbidden, "not-allowed");
    return this.#write((write) => this.#addInvitation(write, role, actor.id));
  }

  async #addInvitation(
    write: Transaction<AccountTables>,
    role: Role | `new-password:${string}`,
    invitedBy: string | null,
  ): Promise<string> {
    const secret = newSecret();
    const id = this.#store.newId();
    const now = this.#store.now();
    const times = { created_at: now, expires_at: now + invitationMs, used_at: null };
    const row = { id, secret_hash: hashSecret(secret), role, invited_by: invitedBy, ...times };
    await write.insertInto("invitation").values(row).execute();
    await this.#note(write, { actorId: invitedBy ?? "nobody", action: "invitation.made", subject: id, detail: role });
    return secret;
  }

  /**
   * Takes an invitation and makes its person.
   *
   * @returns headers that set the cookie of the new session
   * @throws AccountError when the invitation is used, expired or none, or the person can not be made
   */
  async accept(secret: string, person: NewPerson, headers: Headers): Promise<Headers> {
    const db = accountDatabase(this.#store);
    // One statement decides who of several gets it.
    const invitation = await db
      .updateTable("invitation")
      .set({ used_at: this.#store.now() })
      .where("secret_hash", "=", hashSecret(secret))
      .where("used_at", "is", null)
      .where("expires_at", ">", this.#store.now())
      .returning(["id", "role", "invited_by"])
      .executeTakeFirst();
    if (invitation === undefined || !(await this.#mayStillInvite(invitation.invited_by))) {
      throw new AccountError("This invitation was used or has expired: ask an owner for another.");
    }
    try {
      await refuseCommon(person.password);
      const forgetful = /^new-password:(.+)$/.exec(invitation.role)?.[1];
      if (forgetful !== undefined) return await this.#renewPassword(forgetful, person, headers);
      const made = await this.#signIn.api.signUpEmail({ body: { ...person }, headers, returnHeaders: true });
      const { id } = made.response.user;
      await this.#write(async (write) => {
        await write
          .updateTable("user")
          .set({ role: invitation.role as Role })
          .where("id", "=", id)
          .execute();
        const detail = `${invitation.role} by ${invitation.id}`;
        await this.#note(write, { actorId: id, action: "person.joined", subject: id, detail });
        // Who has joined can be mentioned, whether they have written yet or not.
        await rememberPerson(write as unknown as Transaction<Tables>, { id, name: person.name });
      });
      return made.headers;
    } catch (error) {
      await db.updateTable("invitation").set({ used_at: null }).where("id", "=", invitation.id).execute();
      if (error instanceof AccountError) throw error;
      throw new AccountError(
        "The account could not be made: give a name, an address that has no account yet, and a password of 12 to 256 characters.",
      );
    }
  }

  /** Whoever has lost the right to invite has lost what they had handed out as well. */
  async #mayStillInvite(invitedBy: string | null): Promise<boolean> {
    return invitedBy === null || may(await this.#actor(invitedBy), "invite");
  }

  /** Everybody who has an account, by their addresses. */
  async listPeople(): Promise<readonly TeamPerson[]> {
    const columns = ["id", "name", "email", "role", "shutOut"] as const;
    const rows = await accountDatabase(this.#store).selectFrom("user").select(columns).orderBy("email").execute();
    return rows.map((row) => ({ ...row, shutOut: Boolean(row.shutOut) }));
  }

  /** Those that can still be used, the newest first. */
  async listInvitations(): Promise<readonly OpenInvitation[]> {
    return accountDatabase(this.#store)
      .selectFrom("invitation")
      .select(["id", "role", "expires_at as expiresAt"])
      .where("used_at", "is", null)
      .where("expires_at", ">", this.#store.now())
      .orderBy("id", "desc")
      .execute();
  }

  /** @throws AccountError when the actor may not */
  async revokeInvitation(actor: Actor, invitationId: string): Promise<void> {
    if (!may(actor, "invite")) throw new AccountError(forbidden, "not-allowed");
    await this.#write(async (write) => {
      const open = write.deleteFrom("invitation").where("id", "=", invitationId).where("used_at", "is", null);
      const { numDeletedRows } = await open.executeTakeFirstOrThrow();
      if (numDeletedRows === 0n) return;
      await this.#note(write, { actorId: actor.id, action: "invitation.revoked", subject: invitationId });
    });
  }

  /** Gives a person who has lost their password another one, and ends their sessions. */
  async #renewPassword(id: string, { email, password }: NewPerson, headers: Headers): Promise<Headers> {
    const db = accountDatabase(this.#store);
    const user = await db.selectFrom("user").select("email").where("id", "=", id).executeTakeFirst();
    const isLong = password.length >= shortestPassword && password.length <= longestPassword;
    if (user === undefined || user.email !== email || !isLong) {
      throw new AccountError("Give the address of your account, and a password of 12 to 256 characters.");
    }
    const { password: hasher, internalAdapter } = await this.#signIn.$context;
    await internalAdapter.updatePassword(id, await hasher.hash(password));
    await this.#write(async (write) => {
      await write.deleteFrom("session").where("userId", "=", id).execute();
      await write.deleteFrom("api_token").where("user_id", "=", id).execute();
      await this.#note(write, { actorId: id, action: "password.renewed", subject: id });
    });
    return (await this.signIn(email, password, headers)) ?? new Headers();
  }

  /**
   * @returns the secret with which a person who has lost their password gives another, at the address of invitations
   * @throws AccountError when the actor may not, or there is no such person
   */
  async offerNewPassword(actor: Actor, personId: string): Promise<string> {
    if (!may(actor, "manage-people")) throw new AccountError(forbidden, "not-allowed");
    return this.#write(async (write) => {
      const user = await write.selectFrom("user").select("id").where("id", "=", personId).executeTakeFirst();
      if (user === undefined) throw new AccountError("There is no such person.", "not-found");
      return this.#addInvitation(write, `new-password:${personId}`, actor.id);
    });
  }

  /**
   * Changes the actor's own password, ends their other sessions and revokes their tokens.
   *
   * @returns headers that set the cookie of the session that goes on
   * @throws AccountError for a wrong password, and for a new one that is too short or that everybody tries first
   */
  async changePassword(actor: Actor, current: string, next: string, headers: Headers): Promise<Headers> {
    await refuseCommon(next);
    const body = { currentPassword: current, newPassword: next, revokeOtherSessions: true };
    const answer = await this.#signIn.api.changePassword({ body, headers, returnHeaders: true }).catch(() => undefined);
    if (answer === undefined) {
      throw new AccountError("The present password is wrong, or the new one has not 12 to 256 characters.");
    }
    await this.#write(async (write) => {
      await write.deleteFrom("api_token").where("user_id", "=", actor.id).execute();
      await this.#note(write, { actorId: actor.id, action: "password.changed", subject: actor.id });
    });
    return answer.headers;
  }

  /** @returns headers that set the cookie; undefined for a wrong password as for an address that nobody has */
  async signIn(email: string, password: string, headers: Headers): Promise<Headers | undefined> {
    const body = { email, password };
    const answer = await this.#signIn.api.signInEmail({ body, headers, returnHeaders: true }).catch(() => undefined);
    if (answer === undefined) return undefined;
    const { id } = answer.response.user;
    if ((await this.#actor(id)) === undefined) {
      await accountDatabase(this.#store).deleteFrom("session").where("userId", "=", id).execute();
      return undefined;
    }
    await this.#write((write) => this.#note(write, { actorId: id, action: "session.began", subject: id }));
    return answer.headers;
  }

  /** @returns where the browser goes, and the cookie that it takes along; undefined when the provider does not answer */
  async startSingleSignOn(
    headers: Headers,
  ): Promise<{ readonly address: string; readonly headers: Headers } | undefined> {
    const body = { provider: oidcProvider, callbackURL: "/", errorCallbackURL: "/sign-in/", disableRedirect: true };
    const answer = await this.#signIn.api.signInSocial({ body, headers, returnHeaders: true }).catch(() => undefined);
    const address = answer?.response.url;
    return answer === undefined || address === undefined ? undefined : { address, headers: answer.headers };
  }

  /** The provider has sent the browser back. Who was shut out has no session afterwards and is told why. */
  async finishSingleSignOn(request: Request): Promise<Response> {
    const response = await this.#signIn.handler(request);
    const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0] ?? "");
    const found = await this.#signIn.api.getSession({ headers: new Headers({ Cookie: cookies.join("; ") }) });
    if (found === null) return response;
    const { id } = found.user;
    const actor = await this.#actor(id);
    if (actor === undefined) {
      await accountDatabase(this.#store).deleteFrom("session").where("userId", "=", id).execute();
      return new Response(null, { status: 303, headers: { Location: "/sign-in/?error=shut_out" } });
    }
    await this.#write(async (write) => {
      const entries = write.selectFrom("audit_entry").select("sequence").where("subject", "=", id);
      const joined = await entries.where("action", "=", "person.joined").executeTakeFirst();
      const event = { actorId: id, subject: id, detail: "by single sign-on" };
      if (joined === undefined) await this.#note(write, { ...event, action: "person.joined" });
      await this.#note(write, { ...event, action: "session.began" });
      await rememberPerson(write as unknown as Transaction<Tables>, actor);
    });
    return response;
  }

  /** Ends the session of the request. */
  async signOut(headers: Headers): Promise<Headers> {
    const actor = await this.identify(headers);
    const ended = await this.#signIn.api.signOut({ headers, returnHeaders: true });
    if (actor !== undefined) {
      const { id } = actor;
      await this.#write((write) => this.#note(write, { actorId: id, action: "session.ended", subject: id }));
    }
    return ended.headers;
  }

  /** Who has the session of these headers. */
  async identify(headers: Headers): Promise<Actor | undefined> {
    const found = await this.#signIn.api.getSession({ headers });
    return found === null ? undefined : this.#actor(found.user.id);
  }

  async #actor(id: string): Promise<Actor | undefined> {
    const user = await accountDatabase(this.#store)
      .selectFrom("user")
      .select(["id", "name", "role", "shutOut"])
      .where("id", "=", id)
      .executeTakeFirst();
    return user === undefined || Boolean(user.shutOut) ? undefined : { id, name: user.name, role: user.role };
  }

  /** Those of the actor, the newest first. */
  async listSessions(actor: Actor): Promise<readonly SessionSummary[]> {
    const rows = await accountDatabase(this.#store)
      .selectFrom("session")
      .select(["id", "userAgent", "createdAt"])
      .where("userId", "=", actor.id)
      .orderBy("createdAt", "desc")
      .execute();
    return rows.map((row) => ({ id: row.id, browser: row.userAgent ?? "", since: new Date(row.createdAt).getTime() }));
  }

  /** Ends one of the actor's own sessions; another person's is left alone. */
  async revokeSession(actor: Actor, sessionId: string): Promise<void> {
    await this.#write(async (write) => {
      const own = write.deleteFrom("session").where("id", "=", sessionId).where("userId", "=", actor.id);
      const { numDeletedRows } = await own.executeTakeFirstOrThrow();
      if (numDeletedRows === 0n) return;
      await this.#note(write, { actorId: actor.id, action: "session.revoked", subject: sessionId });
    });
  }

  /**
   * Gives a person another role, or shuts them out, which ends their sessions and tokens.
   *
   * @throws AccountError when the actor may not, or nobody would be left who owns the handbook
   */
  async changePerson(actor: Actor, personId: string, change: Role | "shut-out"): Promise<void> {
    if (!may(actor, "manage-people")) throw new AccountError(forbidden, "not-allowed");
    await this.#write(async (write) => {
      // The entry comes first: its lock lets only one change of people happen at a time.
      await this.#note(write, { actorId: actor.id, action: "person.changed", subject: personId, detail: change });
      const set =
        change === "shut-out" ? { shutOut: this.#truth(true) } : { role: change, shutOut: this.#truth(false) };
      const updated = await write.updateTable("user").set(set).where("id", "=", personId).executeTakeFirstOrThrow();
      if (updated.numUpdatedRows === 0n) throw new AccountError("There is no such person.", "not-found");
      const owners = write.selectFrom("user").select("id").where("role", "=", "owner");
      const left = await owners.where("shutOut", "=", this.#truth(false)).executeTakeFirst();
      if (left === undefined) throw new AccountError("A handbook needs an owner: make somebody else one first.");
      if (change !== "owner") {
        // What they handed out would be a way back.
        const handedOut = write
          .deleteFrom("invitation")
          .where("invited_by", "=", personId)
          .where("used_at", "is", null);
        await handedOut.execute();
      }
      if (change !== "shut-out") return;
      await write.deleteFrom("session").where("userId", "=", personId).execute();
      await write.deleteFrom("api_token").where("user_id", "=", personId).execute();
    });
  }

  /** better-auth's truth is a number on SQLite and a boolean on PostgreSQL. */
  #truth(value: boolean): boolean | 0 | 1 {
    return this.#store.kind === "postgres" ? value : value ? 1 : 0;
  }

  #write<Result>(work: (write: Transaction<AccountTables>) => Promise<Result>): Promise<Result> {
    return accountDatabase(this.#store).transaction().execute(work);
  }

  #note(write: Transaction<AccountTables>, event: AuditEvent): Promise<void> {
    return noteEvent(this.#store, write, event);
  }
}
