import { findLine } from '../files.ts';
import { homesOf } from '../homes.ts';
import type { Rule } from '../rule.ts';

/** Files of a home that programs keep logins in, and what a line with one looks like. */
const inHomes: Readonly<Record<string, RegExp>> = {
  '.aws/credentials': /aws_secret_access_key\s*=\s*\S/,
  '.cargo/credentials': /^\s*token\s*=/,
  '.cargo/credentials.toml': /^\s*token\s*=/,
  '.config/gh/hosts.yml': /oauth_token:\s*\S/,
  '.config/git/credentials': /:\/\/[^/:]*:[^/]*@/,
  '.config/rclone/rclone.conf': /^\s*(?:pass|token|\w*secret\w*|\w*_key)\s*=\s*\S/,
  '.docker/config.json': /"(?:auth|identitytoken|registrytoken)"\s*:\s*"[^"]/,
  '.git-credentials': /:\/\/[^/:]*:[^/]*@/,
  '.kube/config': /^\s*(?:token|client-key-data|password):\s*\S/,
  '.my.cnf': /^\s*password\s*=\s*\S/,
  '.netrc': /\bpassword\s+\S/,
  '.npmrc': /:?_(?:authToken|auth|password)\s*=\s*(?!\$\{)\S/,
  '.pgpass': /^[^#]*:[^:]+$/,
  '.pypirc': /^\s*password\s*[:=]\s*\S/,
  '.smbcredentials': /^\s*password\s*=\s*\S/i,
};

const elsewhere: Readonly<Record<string, RegExp>> = {
  '/etc/environment': /^[^#]*(?:TOKEN|SECRET|PASSWORD|API_KEY)\w*=["']?[^"'\s]/,
  '/etc/fstab': /^[^#]*\bpass(?:word)?=[^,\s]/,
  '/etc/msmtprc': /^\s*password\s+\S/,
  '/etc/ppp/chap-secrets': /^\s*[^#\s]\S*\s+\S+\s+\S/,
  '/etc/samba/credentials': /^\s*password\s*=\s*\S/i,
  '/etc/ssmtp/ssmtp.conf': /^\s*AuthPass\s*=\s*\S/i,
};

export const storedCredentials: Rule = {
  id: 'stored-credentials',
  level: 'warning',
  leak: true,
  summary: 'passwords and tokens that programs have stored',
  why: 'docker login, git, npm and others keep logins as plain text in the home; with the image they are given away.',
  fix: 'delete the file and revoke the password or token if the image was ever given away',
  check: (context) =>
    [
      ...homesOf(context).flatMap(({ path }) =>
        Object.entries(inHomes).map(([name, pattern]) => [`${path}/${name}`, pattern] as const),
      ),
      ...Object.entries(elsewhere),
    ].flatMap(([path, pattern]) => {
      const found = findLine(context.tree, path, pattern);
      return found ? [{ path, line: found.number, message: 'a password or token is in the file' }] : [];
    }),
};
