type Attributes = Readonly<Record<string, string | number | boolean | ((event: Event) => void) | undefined>>;

/**
 * An element with attributes, listeners (`onclick`, ...) and children. Text is always text: nothing is parsed as markup.
 *
 * A boolean attribute is there or not; undefined is left out.
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string | null)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** The element of the page with this id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element #${id}`);
  return found;
}

/** A labelled choice; the first option is chosen unless `value` names another one. */
export function select(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  attributes: Attributes = {},
  value?: string,
): { readonly field: HTMLElement; readonly input: HTMLSelectElement } {
  const input = element(
    "select",
    attributes,
    ...options.map(([key, text]) => element("option", { value: key, selected: key === value }, text)),
  );
  return { field: element("label", { class: "field" }, element("span", {}, label), input), input };
}

/** A labelled checkbox. */
export function checkbox(
  label: string,
  attributes: Attributes = {},
): { readonly field: HTMLElement; readonly input: HTMLInputElement } {
  const input = element("input", { type: "checkbox", ...attributes });
  return { field: element("label", { class: "check" }, input, label), input };
}

/** A number for readers; the attribute `data-value` beside it has all digits. */
export function showNumber(value: number, digits = 6): string {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e6
    ? String(Number(value.toPrecision(digits)))
    : value.toExponential(digits - 1);
}
