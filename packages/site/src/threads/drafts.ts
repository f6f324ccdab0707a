/** What was typed and not yet sent, for as long as the browser's tab is open. */

const key = (place: string): string => `fieldbook-draft:${location.pathname}:${place}`;

export function keepDraft(place: string, text: string): void {
  try {
    if (text === "") sessionStorage.removeItem(key(place));
    else sessionStorage.setItem(key(place), text);
  } catch {
    // Storage is forbidden or full: the text stays in its field.
  }
}

export function keptDraft(place: string): string {
  try {
    return sessionStorage.getItem(key(place)) ?? "";
  } catch {
    return "";
  }
}
