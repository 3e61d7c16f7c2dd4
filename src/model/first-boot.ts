/** Work that needs the running Pi: one POSIX sh file in the image, run by the first-boot runner in order. */
export interface FirstBootStep {
  /** `[a-z0-9-]+`, unique; names the file, its stamp and its line in status.json. */
  readonly name: string;
  /** One line for status.json and the log. */
  readonly title: string;
  /** 10 system, 30 locale, 50 packages, 60 docker, 90 the user's script. Equal numbers run by name. */
  readonly order: number;
  /** Body of the step, for `sh -eu`, with the runner's functions in scope. */
  readonly script: string;
  readonly needs: readonly ('network' | 'clock' | 'apt')[];
  /** Free space on the root file system that the step wants, in MiB. */
  readonly spaceMiB?: number;
}
