/*
 * What reads, edits and checks disk images and the FAT and ext4 file systems in them, for use without the rest:
 * `import { openImage } from 'pi-image/image'`. docs/image-library.md has an example.
 */
export { type ByteSource, bytesSource } from '../model/content.ts';
export { type ErrorCode, PiImageError } from '../model/errors.ts';
export type { OsFacts } from '../model/os.ts';
export type { Tree } from '../model/tree.ts';
export type { Entry, EntryKind, FileAttributes, ListedEntry, Space, Volume } from '../model/volume.ts';
export { checkExt4 } from './check/ext4.ts';
export { checkFat } from './check/fat.ts';
export { checkImage, type PartitionReport } from './check/image.ts';
export type { BlockDevice } from './device.ts';
export { growExt4 } from './ext4/grow.ts';
export type { SpecialFile } from './ext4/operations.ts';
export { type Ext4Options, type Ext4Volume, openExt4 } from './ext4/volume.ts';
export { extendedDevice } from './extended-device.ts';
export { type FatOptions, openFat } from './fat/volume.ts';
export { openFileDevice } from './file-device.ts';
export { alignedImageSize, growLastPartition } from './grow.ts';
export { type OpenImage, type OpenImageOptions, openImage } from './open-image.ts';
export { createOverlay, type DirtyRun, type Overlay, type OverlayOptions } from './overlay.ts';
export type { Partition, PartitionTable } from './partitions/partition.ts';
export { readPartitionTable } from './partitions/partition-table.ts';
export { type Mount, mountTree } from './tree.ts';
export { windowOf } from './window.ts';
