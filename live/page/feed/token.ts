/** The right to use the page: it came in the address's fragment, which no server, log or recording ever sees. */

import type { Model } from '../model/model.ts';

const KEY = 'token';

export interface Address {
  readonly token: string;
  /** Begin with the tour. */
  readonly tour: boolean;
  /** Larger type, for a projector. */
  readonly stage: boolean;
}

/** Takes the token out of the address that people see, and keeps it for this tab. */
export function takeAddress(): Address {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const wish = (name: string) => fragment.has(name) || new URLSearchParams(location.search).has(name);
  const token = fragment.get(KEY);
  const address = { tour: wish('tour'), stage: wish('stage') };
  if (token === null) return { ...address, token: sessionStorage.getItem(KEY) ?? '' };
  sessionStorage.setItem(KEY, token);
  fragment.delete(KEY);
  const rest = [...fragment.keys()].join('&');
  const { pathname, search } = location;
  history.replaceState(null, '', pathname + search + (rest && `#${rest}`));
  return { ...address, token };
}

/** What goes with every request: the right to it and, once it is known, this page's name. */
export function authorization(token: string, { hello }: Model): Record<string, string> {
  return { Authorization: `Bearer ${token}`, ...(hello && { 'X-Page': hello.you }) };
}
