/** A partition as Linux would show it. */
export interface Partition {
  /** As in `/dev/mmcblk0p2`. Logical partitions of an MBR count from 5. */
  readonly number: number;
  /** MBR: two hexadecimal digits, `0c`. GPT: the type's GUID in lower case. */
  readonly type: string;
  /** Bytes from the start of the image. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** The name that a GPT gives it. */
  readonly name?: string;
  /** As in `root=PARTUUID=…`: `6c586e13-02`, or the GPT's GUID in lower case. */
  readonly partUuid: string;
  readonly bootable: boolean;
}

export interface PartitionTable {
  readonly scheme: 'mbr' | 'gpt';
  /** MBR: eight hexadecimal digits; GPT: the disk's GUID. Both in lower case. */
  readonly diskId: string;
  /** By number. */
  readonly partitions: readonly Partition[];
}

export const sectorSize = 512;
