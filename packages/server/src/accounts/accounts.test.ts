import { describe, expect, it } from "vitest";
import { eachStore } from "../data/each-store.fixture.ts";
import { openStore } from "../data/store.ts";
import type { Store } from "../data/store.ts";
import { accountDatabase, accountMigrations } from "./account-tables.ts";
import { Accounts } from "./accounts.ts";
import type { Actor } from "./actor.ts";
import { verifyAudit } from "./audit-log.ts";

const settings = { publicUrl: "https://handbook.example.org", secret: "only for tests, 0123456789abcdefghij" };
const ada = { name: "Ada", email: "ada@example.org", password: "correct horse battery" };
const bob = { name: "Bob", email: "bob@example.org", password: "staple correct horse" };

/** What the browser sends back of the cookies that it was given. */
function cookiesOf(headers: Headers | undefined): Headers {
  const cookies = (headers?.getSetCookie() ?? []).map((cookie) => cookie.split(";")[0] ?? "");
  return new Headers({ Cookie: cookies.join("; ") });
}

interface Team {
  readonly store: Store;
  readonly accounts: Accounts;
  readonly owner: Actor;
  readonly ownerHeaders: Headers;
  advance(milliseconds: number): void;
}

describe("accounts", () => {
  eachStore(({ newSettings }) => {
    const withTeam = async (use: (team: Team) => Promise<void>): Promise<void> => {
      let late = 0;
      const store = await openStore(await newSettings(), accountMigrations, () => Date.now() + late);
      try {
        const accounts = new Accounts(store, settings);
        const ownerHeaders = cookiesOf(await accounts.accept((await accounts.setUp()) ?? "", ada, new Headers()));
        const owner = (await accounts.identify(ownerHeaders))!;
        await use({ store, accounts, owner, ownerHeaders, advance: (milliseconds) => (late += milliseconds) });
      } finally {
        await store.close();
      }
    };
    const join = async ({ accounts, owner }: Team): Promise<Headers> =>
      cookiesOf(await accounts.accept(await accounts.invite(owner, "contributor"), bob, new Headers()));

    it("begin with one owner, who comes in by the set-up secret", () =>
      withTeam(async ({ accounts, owner }) => {
        expect(owner).toMatchObject({ name: "Ada", role: "owner" });
        expect(await accounts.setUp()).toBeUndefined();
      }));

    it("take an invitation once, with the role that it gives", () =>
      withTeam(async ({ accounts, owner }) => {
        const secret = await accounts.invite(owner, "editor");
        const people = [bob, { ...bob, email: "eve@example.org" }];
        const answers = await Promise.allSettled(people.map((each) => accounts.accept(secret, each, new Headers())));
        const joined = answers.filter((answer) => answer.status === "fulfilled");
        expect(joined).toHaveLength(1);
        expect(await accounts.identify(cookiesOf(joined[0]?.value))).toMatchObject({ role: "editor" });
      }));

    it("let an owner give a way back to who has lost their password, to that person alone", () =>
      withTeam(async (team) => {
        const { accounts, owner } = team;
        const before = await join(team);
        const person = (await accounts.identify(before))!;
        await expect(accounts.offerNewPassword(person, owner.id)).rejects.toThrow(/role does not allow/);
        const secret = await accounts.offerNewPassword(owner, person.id);
        const renewed = { ...bob, password: "yet another long one" };
        await expect(accounts.accept(secret, { ...renewed, email: ada.email }, new Headers())).rejects.toThrow(
          /address/,
        );
        const after = cookiesOf(await accounts.accept(secret, renewed, new Headers()));
        expect(await accounts.identify(after)).toMatchObject({ id: person.id, role: "contributor" });
        expect(await accounts.identify(before)).toBeUndefined();
        expect(await accounts.signIn(bob.email, bob.password, new Headers())).toBeUndefined();
        await expect(accounts.accept(secret, renewed, new Headers())).rejects.toThrow(/was used/);
      }));

    it("refuse an invitation that has expired or never was", () =>
      withTeam(async ({ accounts, owner, advance }) => {
        const secret = await accounts.invite(owner, "editor");
        advance(7 * 24 * 60 * 60 * 1_000 + 1);
        await expect(accounts.accept(secret, bob, new Headers())).rejects.toThrow(/has expired/);
        await expect(accounts.accept("none", bob, new Headers())).rejects.toThrow(/has expired/);
      }));

    it("leave an invitation open when its person could not be made", () =>
      withTeam(async ({ accounts, owner }) => {
        const secret = await accounts.invite(owner, "reader");
        await expect(accounts.accept(secret, { ...bob, password: "short" }, new Headers())).rejects.toThrow(
          /12 to 256/,
        );
        await accounts.accept(secret, bob, new Headers());
      }));

    it("answer a wrong password as they answer an address that nobody has", () =>
      withTeam(async ({ accounts }) => {
        expect(await accounts.signIn(ada.email, "wrong horse battery", new Headers())).toBeUndefined();
        expect(await accounts.signIn("nobody@example.org", ada.password, new Headers())).toBeUndefined();
        const cookie = await accounts.signIn(ada.email, ada.password, new Headers());
        expect(cookie?.getSetCookie()[0]).toMatch(/^__Secure-fieldbook.*; HttpOnly; Secure; SameSite=Lax/);
      }));

    it("do not take up a session that was planted before signing in", () =>
      withTeam(async ({ accounts, ownerHeaders }) => {
        const again = cookiesOf(await accounts.signIn(ada.email, ada.password, ownerHeaders));
        expect(again.get("Cookie")).not.toBe(ownerHeaders.get("Cookie"));
        const forged = new Headers({ Cookie: "__Secure-fieldbook.session_token=planted.c2lnbmF0dXJl" });
        expect(await accounts.identify(forged)).toBeUndefined();
      }));

    it("end a session that is revoked or signed out, and no other person's", () =>
      withTeam(async (team) => {
        const { accounts, owner, ownerHeaders } = team;
        const bobHeaders = await join(team);
        const bobActor = (await accounts.identify(bobHeaders))!;
        const [session] = await accounts.listSessions(bobActor);
        await accounts.revokeSession(owner, session!.id);
        expect(await accounts.identify(bobHeaders)).toEqual(bobActor);
        await accounts.revokeSession(bobActor, session!.id);
        expect(await accounts.identify(bobHeaders)).toBeUndefined();
        await accounts.signOut(ownerHeaders);
        expect(await accounts.identify(ownerHeaders)).toBeUndefined();
      }));

    it("shut a person out at once", () =>
      withTeam(async (team) => {
        const { accounts, owner } = team;
        const bobHeaders = await join(team);
        const bobActor = (await accounts.identify(bobHeaders))!;
        await expect(accounts.changePerson(bobActor, owner.id, "reader")).rejects.toThrow(/role does not allow/);
        await accounts.changePerson(owner, bobActor.id, "shut-out");
        expect(await accounts.identify(bobHeaders)).toBeUndefined();
        expect(await accounts.signIn(bob.email, bob.password, new Headers())).toBeUndefined();
        await accounts.changePerson(owner, bobActor.id, "editor");
        const back = cookiesOf(await accounts.signIn(bob.email, bob.password, new Headers()));
        expect(await accounts.identify(back)).toMatchObject({ role: "editor" });
      }));

    it("let nobody come back by what they had handed out before they were shut out or had less to say", () =>
      withTeam(async (team) => {
        const { accounts, owner } = team;
        const bobHeaders = await join(team);
        const bobActor = (await accounts.identify(bobHeaders))!;
        for (const change of ["shut-out", "editor"] as const) {
          await accounts.changePerson(owner, bobActor.id, "owner");
          const bobNow = { ...bobActor, role: "owner" } as const;
          const secrets = [await accounts.invite(bobNow, "owner"), await accounts.offerNewPassword(bobNow, owner.id)];
          expect((await accounts.listInvitations()).map(({ role }) => role)).toEqual([
            `new-password:${owner.id}`,
            "owner",
          ]);
          await accounts.changePerson(owner, bobActor.id, change);
          expect(await accounts.listInvitations()).toEqual([]);
          const door = { ...bob, email: "door@example.org" };
          for (const [secret, person] of [
            [secrets[0]!, door],
            [secrets[1]!, ada],
          ] as const) {
            await expect(accounts.accept(secret, person, new Headers())).rejects.toThrow(/was used or has expired/);
          }
        }
        // Even one that is left over is void without somebody behind it who may invite.
        await accounts.changePerson(owner, bobActor.id, "owner");
        const secret = await accounts.invite({ ...bobActor, role: "owner" }, "owner");
        await accountDatabase(team.store)
          .updateTable("user")
          .set({ role: "reader" })
          .where("id", "=", bobActor.id)
          .execute();
        const late = { ...bob, email: "late@example.org" };
        await expect(accounts.accept(secret, late, new Headers())).rejects.toThrow(/was used or has expired/);
      }));

    it("revoke an invitation that nobody has used", () =>
      withTeam(async ({ accounts, owner }) => {
        const secret = await accounts.invite(owner, "editor");
        const [open] = await accounts.listInvitations();
        await expect(accounts.revokeInvitation({ ...owner, role: "editor" }, open!.id)).rejects.toThrow(
          /does not allow/,
        );
        await accounts.revokeInvitation(owner, open!.id);
        expect(await accounts.listInvitations()).toEqual([]);
        await expect(accounts.accept(secret, bob, new Headers())).rejects.toThrow(/was used or has expired/);
      }));

    it("make whoever joins known to those who write", () =>
      withTeam(async (team) => {
        await join(team);
        const people = await team.store.db.selectFrom("person").select("handle").orderBy("handle").execute();
        expect(people.map(({ handle }) => handle)).toEqual(["ada", "bob"]);
      }));

    it("always keep an owner", () =>
      withTeam(async ({ accounts, owner }) => {
        for (const change of ["reader", "shut-out"] as const) {
          await expect(accounts.changePerson(owner, owner.id, change)).rejects.toThrow(/needs an owner/);
        }
      }));

    it("note what happened, in a chain that is whole, without a secret", () =>
      withTeam(async (team) => {
        await join(team);
        await team.accounts.signIn(bob.email, bob.password, new Headers());
        const entries = await accountDatabase(team.store).selectFrom("audit_entry").selectAll().execute();
        const actions = ["invitation.made", "person.joined", "invitation.made", "person.joined", "session.began"];
        expect(entries.map(({ action }) => action)).toEqual(actions);
        expect(JSON.stringify(entries)).not.toContain("correct");
        expect(await verifyAudit(team.store)).toMatchObject({ whole: true });
      }));
  });
});
