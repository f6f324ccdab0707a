type Properties = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * An element with attributes and children; text children are text, never markup. `true` writes a bare attribute, `false`
 * and undefined none.
 */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Properties = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

/** A button that does not submit anything. */
export function makeButton(text: string, onClick: () => void, attributes: Properties = {}): HTMLButtonElement {
  const button = make("button", { type: "button", ...attributes }, text);
  button.addEventListener("click", onClick);
  return button;
}
