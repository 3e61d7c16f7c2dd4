/** An IPv4 address of a host together with the network it is in. */
export interface Ipv4Interface {
  /** As a number of 32 bits. */
  readonly address: number;
  /** Bits that all addresses of the network have in common: 0 to 32. */
  readonly prefix: number;
}

/** Takes `192.168.1.20/24` apart; the text has to be well formed. */
export function parseIpv4Interface(text: string): Ipv4Interface {
  const [address = '', prefix = ''] = text.split('/');
  return { address: parseIpv4(address), prefix: Number(prefix) };
}

/** `192.168.1.20` as a number of 32 bits; the text has to be well formed. */
export function parseIpv4(text: string): number {
  return text.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

/** Whether an address is in the network of an interface. */
export function isInNetwork(address: number, network: Ipv4Interface): boolean {
  return networkOf(address, network.prefix) === networkOf(network.address, network.prefix);
}

/** Why no host can have this address; undefined when one can. */
export function hostFault({ address, prefix }: Ipv4Interface): string | undefined {
  const first = Math.floor(address / 2 ** 24);
  if (first === 0 || first === 127 || first >= 224) return 'no computer of a network can have this address';
  if (prefix === 0)
    return 'a network of all addresses there are has no neighbours; give its real prefix, such as /24';
  // RFC 3021: a network of two addresses, or of one, has nothing but hosts.
  if (prefix >= 31) return undefined;
  const network = networkOf(address, prefix);
  if (address === network) return 'this is the address of the network itself, not of a computer in it';
  if (address === network + 2 ** (32 - prefix) - 1) return 'this is the broadcast address of the network';
  return undefined;
}

/** The lowest address of a network. */
function networkOf(address: number, prefix: number): number {
  const size = 2 ** (32 - prefix);
  return Math.floor(address / size) * size;
}
