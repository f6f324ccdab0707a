import type { Body } from "@fieldbook/engine";

/** What clients ask of every register here, whatever stands behind it. */
export type RegisterRequest =
  | (Body & { readonly type: "read" })
  | (Body & { readonly type: "write"; readonly value: number });

export type RegisterReply =
  | (Body & { readonly type: "read_ok"; readonly value: number | null })
  | (Body & { readonly type: "write_ok" });
