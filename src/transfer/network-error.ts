import { PiImageError } from '../model/errors.ts';
import { shown } from './address.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up at the moment',
  ECONNREFUSED: 'nothing answers there',
  ECONNRESET: 'the connection broke off',
  EPIPE: 'the connection broke off',
  UND_ERR_SOCKET: 'the connection broke off',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the connection broke off',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  ENETUNREACH: 'there is no way to it from here',
  EHOSTUNREACH: 'there is no way to it from here',
};

/** Codes of OpenSSL and Node for a server that does not prove who it is. */
const certificateCode = /^(ERR_TLS_|CERT_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|EPROTO|HOSTNAME_)/;

/** For a request that got no answer, or lost it half-way: `source.unreachable`, which is worth another try, or `source.insecure`. */
export function networkError(url: string | URL, cause: unknown): PiImageError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code && certificateCode.test(code)) {
    const { host } = new URL(url);
    return new PiImageError('source.insecure', `${host} does not prove who it is: ${message}`, {
      help: 'check the clock of this machine; behind an inspecting proxy, name its CA in NODE_EXTRA_CA_CERTS',
      cause,
    });
  }
  const reason = (code && reasons[code]) || message;
  return new PiImageError('source.unreachable', `${shown(url)} cannot be fetched: ${reason}`, {
    help: 'check the network (and HTTPS_PROXY, where one is needed); what has arrived is kept for the next run',
    cause,
  });
}
