/** What somebody is to this handbook; each role may do what the one before it may. */
export type Role = "reader" | "contributor" | "editor" | "owner";

/** Each allows what the one before it does: to read, to take part, to manage accounts. */
export const tokenScopes = ["read", "write", "manage"] as const;
export type TokenScope = (typeof tokenScopes)[number];

/** Who asks. */
export interface Actor {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** What the token allows with which they ask; absent for a session, which allows all that the role does. */
  readonly scope?: TokenScope;
}

/** Without accounts there is one person, and the handbook is theirs. */
export const localPerson: Actor = { id: "local", name: "Local", role: "owner" };
