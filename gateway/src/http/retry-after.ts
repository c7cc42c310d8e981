/** `Retry-After` in whole seconds (RFC 9110, section 10.2.3). */

/** The least range that values are spread over: a second each is all that the header can tell apart. */
const LEAST_SPREAD_S = 4;
/** No estimate is good for longer. */
const LONGEST_S = 3_600;

/**
 * The header for a caller that should stay away for at least `seconds`: anything from there to twice as long, because
 * callers that are refused together and told the same come back together.
 */
export function retryAfter(seconds = 1): string {
  // An estimate may be no number, where nothing was measured yet.
  const from = seconds > 1 ? Math.min(Math.ceil(seconds), LONGEST_S) : 1;
  const spread = Math.max(from, LEAST_SPREAD_S);
  return String(from + Math.floor(Math.random() * (spread + 1)));
}
