/** The lenses of the book, as content/lens.ts has them. */
export const lensIds = ["engineer", "manager", "executive"] as const;
