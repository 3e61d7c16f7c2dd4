import fs from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';

/** A certificate authority for a test, and a server that it vouches for. */
export interface Authority {
  /** PEM. */
  readonly certificate: string;
  readonly server: { readonly key: string; readonly cert: string };
}

export async function makeAuthority(folder: string, host: string): Promise<Authority> {
  const openssl = (...args: readonly string[]) => execa('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '30',
    '-subj',
    '/CN=Test CA',
  );
  await openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', `/CN=${host}`);
  fs.writeFileSync(path.join(folder, 'san.cnf'), `subjectAltName=DNS:${host}\n`);
  const ca = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30'];
  await openssl('x509', '-req', '-in', 'server.csr', ...ca, '-out', 'server.pem', '-extfile', 'san.cnf');
  const read = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8');
  return { certificate: read('ca.pem'), server: { key: read('server.key'), cert: read('server.pem') } };
}
