/** The address of one network interface, each part as people write it. */
export interface StaticAddress {
  /** With its prefix: `192.168.1.20/24`. */
  readonly address: string;
  readonly gateway?: string | undefined;
  readonly dns: readonly string[];
}

/** The `static` settings of dhcpcd.conf(5) for an address; lists are separated by spaces. */
export function dhcpcdValues({ address, gateway, dns }: StaticAddress): Readonly<Record<string, string>> {
  return {
    ip_address: addressText(address),
    ...(gateway !== undefined && { routers: addressText(gateway) }),
    ...(dns.length > 0 && { domain_name_servers: dns.map(addressText).join(' ') }),
  };
}

/** `address1=` and `dns=` of a NetworkManager connection (nm-settings-keyfile(5)); each list entry ends with `;`. */
export function keyfileIpv4({ address, gateway, dns }: StaticAddress): {
  readonly address: string;
  readonly dns: string | undefined;
} {
  const route = gateway === undefined ? '' : `,${addressText(gateway)}`;
  return {
    address: `${addressText(address)}${route}`,
    dns: dns.length > 0 ? dns.map((one) => `${addressText(one)};`).join('') : undefined,
  };
}

/** Whatever was given, only digits, dots and a slash get into a file. */
function addressText(text: string): string {
  if (/^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?$/.test(text)) return text;
  throw new Error(`${JSON.stringify(text)} reached a file without having been checked`);
}
