import type { Fault, World } from './fault.ts';

/** The file by which systemd-timesyncd says that the clock is set. */
const synchronized = '/run/systemd/timesync/synchronized';

function clockAt(name: string, date: string, tells: RegExp): Fault {
  return {
    name,
    injected: `the clock says ${date}, and no time comes from the network until the status has told so`,
    inject: ({ guest }) => guest.run(`sudo rm -f ${synchronized}; sudo date -s ${date}`),
    tells,
    relieve: ({ guest }) =>
      guest.run(`sudo date -s @${Math.floor(Date.now() / 1000)}; sudo touch ${synchronized}`),
  };
}

const free = ({ guest }: World) => guest.run('sudo rm /var/filler');

/** What may be wrong with the Pi itself. */
export const deviceFaults: readonly Fault[] = [
  {
    name: 'card nearly full',
    injected: 'all but 50 MiB of the card is taken',
    inject: ({ guest }) =>
      guest.run("sudo fallocate -l $(($(df -Pk / | awk 'NR == 2 { print $4 }') - 51200))KiB /var/filler"),
    tells: /needs \d+ MiB of free space, there are \d+/,
    relieve: free,
  },
  {
    name: 'boot partition read-only',
    injected: 'nothing can be written to the boot partition',
    inject: ({ guest }) => guest.run('sudo mount -o remount,ro /boot'),
  },
  {
    name: 'package lists empty',
    injected:
      'lists of before have no bytes, as a power cut may leave them, and the archive has not changed since',
    inject: ({ guest }) =>
      guest.run(
        "sudo apt-get -q update && sudo find /var/lib/apt/lists -name '*_Packages' -exec truncate -s 0 {} + && sync",
      ),
  },
  {
    name: 'two units racing',
    injected: 'three more runners are started at the same time',
    inject: ({ guest }) =>
      guest.run(
        'for n in 1 2 3; do sudo systemd-run --quiet --on-active=1 --timer-property=AccuracySec=1ms /usr/lib/pi-image/first-boot; done',
      ),
  },
  {
    name: 'runner killed',
    injected: 'the runner and its step are killed in the middle, and it is started again',
    inject: ({ guest }) =>
      guest.run(
        `sudo systemd-run --quiet sh -c '
          until [ -e /var/lib/probe ]; do /bin/sleep 0.2; done
          systemctl kill --signal=KILL pi-image-first-boot.service
          /bin/sleep 3
          systemctl reset-failed pi-image-first-boot.service
          systemctl start pi-image-first-boot.service'`,
      ),
  },
  clockAt('clock at 1970', '1970-01-02', /the clock says 1970/),
  clockAt('clock at 2019', '2019-06-20', /the clock says 2019/),
  clockAt('clock far ahead', '2036-01-01', /expired.*the clock says 2036/),
];
