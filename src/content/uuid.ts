/** A UUID of version 4 (RFC 9562) from 16 random bytes. */
export function uuidFrom(bytes: Uint8Array): string {
  const raw = Buffer.from(bytes);
  raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x40;
  raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80;
  return raw.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
