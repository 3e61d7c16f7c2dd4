/** A line of the image's /etc/passwd. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** A line of the image's /etc/group. */
export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** What the image told us about itself. Read from its files, never guessed from its name. Plain data. */
export interface OsFacts {
  /** `ID` of os-release: `raspbian`, `debian`, … */
  readonly id: string;
  /** `VERSION_CODENAME`: `buster`, `bullseye`, … or '' */
  readonly codename: string;
  /** `VERSION_ID` as a number (10 for Buster), 0 when unknown. */
  readonly version: number;
  readonly prettyName: string;
  readonly arch: 'armhf' | 'arm64' | 'other';
  /** From /etc/rpi-issue: `2021-05-07` and `stage4`, when it is a Raspberry Pi OS. */
  readonly release?: { readonly date: string; readonly stage: string };
  /** Where the FAT partition is mounted, by the image's own fstab. */
  readonly bootDir: '/boot' | '/boot/firmware';
  readonly hostname: string;
  readonly users: readonly Account[];
  readonly groups: readonly Group[];
  /** The account with uid 1000, that of a person. */
  readonly firstUser?: Account;
  /** The password of firstUser as the image ships it. */
  readonly firstUserPassword: 'none' | 'locked' | 'default' | 'set';
  readonly desktop: boolean;
  readonly network: 'network-manager' | 'dhcpcd' | 'networkd' | 'unknown';
  /** systemd's version, 0 when unknown; Buster has 241. */
  readonly systemd: number;
  /** Unit name → its absolute path, for the units a customization may enable. */
  readonly units: Readonly<Record<string, string>>;
  /** Package name → version, for the packages a customization asks about. */
  readonly packages: Readonly<Record<string, string>>;
  /** Absolute paths of the files in /var/lib/systemd/rfkill that end in `:wlan`. */
  readonly rfkillWlan: readonly string[];
  /** Paths that a customization asks about and that exist (see image/facts). */
  readonly present: readonly string[];
  /** Names in the top folder of the boot partition. */
  readonly bootFiles: readonly string[];
  /** cmdline.txt as it stands, '' when there is none. */
  readonly commandLine: string;
  /** Whether a Pi has run from it: there is a machine-id or ssh host keys, which all copies would share. */
  readonly usedBefore: boolean;
  /** The partition that holds it; undefined for a tree without a partition table. */
  readonly rootPartition?: {
    /** As in `root=PARTUUID=…`. */
    readonly partUuid: string;
    /** Whether no other partition lies behind it on the disk, so that it can grow. */
    readonly last: boolean;
  };
}
