import type { Rule } from '../rule.ts';

/** RFC 1123, section 2.1; one label, because Avahi makes `<name>.local` of it. */
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

export const hostname: Rule = {
  id: 'hostname',
  level: 'warning',
  summary: 'a host name that networks do not take',
  why: 'Names are letters, digits and hyphens (RFC 1123); with other signs routers and mDNS may not know the Pi by its name.',
  fix: 'use letters, digits and hyphens, 63 at most (hostname)',
  check: ({ os }) =>
    os.hostname === '' || label.test(os.hostname)
      ? []
      : [{ path: '/etc/hostname', message: `"${os.hostname}" is no valid host name` }],
};
