/** A header of an ELF program and nothing more: enough to tell the processor it would be for, not to run. */
export function elfStub(arch: 'armhf' | 'arm64'): Uint8Array {
  const bits = arch === 'arm64' ? 64 : 32;
  const header = Buffer.alloc(bits === 64 ? 64 : 52);
  header.write('\x7fELF', 'latin1');
  header[4] = bits / 32;
  header[5] = 1; // little endian
  header[6] = 1;
  header.writeUInt16LE(2, 16); // a program
  header.writeUInt16LE(bits === 64 ? 183 : 40, 18);
  header.writeUInt32LE(1, 20);
  if (bits === 32) header.writeUInt32LE(0x05000400, 36); // EABI 5, hard float
  header.writeUInt16LE(header.length, bits === 64 ? 52 : 40);
  return header;
}
