/** What somebody is to this handbook; each role may do what the one before it may. */
export type Role = "reader" | "contributor" | "editor" | "owner";

/** Who asks. */
export interface Actor {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** Without accounts there is one person, and the handbook is theirs. */
export const localPerson: Actor = { id: "local", name: "Local", role: "owner" };
