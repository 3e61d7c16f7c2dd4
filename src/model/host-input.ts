/** A file of the build machine; `bytes` is there for files up to 1 MiB, larger ones are read when they are written. */
export interface HostFile {
  readonly kind: 'file';
  /** Absolute path on the build machine. */
  readonly path: string;
  readonly size: number;
  readonly mode: number;
  readonly bytes?: Uint8Array;
}

/** A directory of the build machine with everything below it; keys are relative, `/`-separated, sorted. */
export interface HostDirectory {
  readonly kind: 'directory';
  readonly path: string;
  readonly mode: number;
  readonly entries: Readonly<
    Record<
      string,
      | HostFile
      | { readonly kind: 'directory'; readonly mode: number }
      | { readonly kind: 'link'; readonly target: string }
    >
  >;
}

export type HostInput = HostFile | HostDirectory;
