/** The network's own errors: what each means for a request that somebody else was to serve. */

/** Known not to have been handed over, or nobody knows. */
export type Handover = 'not' | 'unknown';

/** By Node's `code`; which of them a call that was under way can get is for `handoverOf` to say. */
export const NETWORK_CODES: Readonly<Record<string, Handover>> = {
  // No connection was made.
  ECONNREFUSED: 'not',
  EHOSTUNREACH: 'not',
  EHOSTDOWN: 'not',
  ENETUNREACH: 'not',
  ENETDOWN: 'not',
  EADDRNOTAVAIL: 'not',
  EAFNOSUPPORT: 'not',
  EACCES: 'not',
  EPERM: 'not',
  // Its name has no address.
  ENOTFOUND: 'not',
  ENODATA: 'not',
  EAI_AGAIN: 'not',
  EAI_FAIL: 'not',
  EAI_NONAME: 'not',
  ENOTIMP: 'not',
  ESERVFAIL: 'not',
  // This machine has no more of something that a connection takes.
  EMFILE: 'not',
  ENFILE: 'not',
  ENOBUFS: 'not',
  ENOMEM: 'not',
  // It is not who it should be, or does not speak TLS.
  EPROTO: 'not',
  CERT_HAS_EXPIRED: 'not',
  CERT_NOT_YET_VALID: 'not',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'not',
  SELF_SIGNED_CERT_IN_CHAIN: 'not',
  UNABLE_TO_GET_ISSUER_CERT: 'not',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'not',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'not',
  ERR_TLS_CERT_ALTNAME_INVALID: 'not',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not',
  // A connection was lost.
  ECONNRESET: 'unknown',
  ECONNABORTED: 'unknown',
  EPIPE: 'unknown',
  ETIMEDOUT: 'unknown',
  ENOTCONN: 'unknown',
  ENETRESET: 'unknown',
  ESHUTDOWN: 'unknown',
  ERR_STREAM_DESTROYED: 'unknown',
  ERR_STREAM_PREMATURE_CLOSE: 'unknown',
  ERR_STREAM_WRITE_AFTER_END: 'unknown',
  ERR_SOCKET_CLOSED: 'unknown',
};

/**
 * What an error of the network says about what was to be handed over; nothing if it is none. While connecting nothing
 * has been; an established connection can end with codes of the first kind, too.
 */
export function handoverOf(error: unknown): Handover | undefined {
  const { code = '', syscall } = (error ?? {}) as NodeJS.ErrnoException;
  const meaning = NETWORK_CODES[code] ?? (code.startsWith('ERR_SSL_') ? 'not' : undefined);
  if (!meaning) return undefined;
  if (syscall === 'connect' || syscall === 'getaddrinfo') return 'not';
  return syscall === 'read' || syscall === 'write' ? 'unknown' : meaning;
}
