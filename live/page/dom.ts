/** The few things that every element does with the document. */

type Child = Node | string | null | undefined;
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>;

/** An HTML element: attributes by their names, `onclick` and the like take functions, `class` is a class list. */
export function html<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return dress(document.createElement(tag), attributes, children);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return dress(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function dress<E extends Element>(element: E, attributes: Attributes, children: Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else attribute(element, name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Sets what differs only: an attribute that is written again costs a style and a layout. */
export function attribute(element: Element, name: string, value: string | number | boolean | null | undefined) {
  if (value === null || value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else {
    const text = value === true ? '' : String(value);
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
}

/** The same for what an element says. */
export function text(element: Element, says: string) {
  if (element.textContent !== says) element.textContent = says;
}

/** As many children as there are items: those that are there are kept, so that a focus stays where it is. */
export function list<T, E extends Element>(
  parent: Element,
  items: readonly T[],
  make: () => E,
  show: (element: E, item: T) => void,
) {
  while (parent.children.length > items.length) parent.lastElementChild?.remove();
  items.forEach((item, i) => {
    const there = parent.children[i] as E | undefined;
    const element = there ?? make();
    if (!there) parent.append(element);
    show(element, item);
  });
}
