import { cpuOvercommit } from './cpu-overcommit.ts'
import { DECOYS } from './decoys.ts'
import type { Incident, Plot, Setting } from './incident.ts'
import { pathFailover } from './path-failover.ts'
import { rogueVm } from './rogue-vm.ts'
import { uplinkFlap } from './uplink-flap.ts'

/** What `--faults` can name. */
export const FAULTS: Readonly<Record<string, Plot>> = {
  'rogue-vm': rogueVm,
  'path-failover': pathFailover,
  'cpu-overcommit': cpuOvercommit,
  'uplink-flap': uplinkFlap,
}

/**
 * The incidents of a run, in the order of their causes: decoys first, so that asking for other faults
 * changes none of them.
 */
export function planIncidents(
  faults: readonly string[],
  setting: Omit<Setting, 'cause'>,
): Incident[] {
  const plots: [string, Plot][] = [
    ...DECOYS.map((plot, i): [string, Plot] => [`decoy ${i}`, plot]),
    ...faults.map((name): [string, Plot] => [name, FAULTS[name]!]),
  ]
  return plots.map(([label, plot], cause) =>
    plot({ ...setting, random: setting.random.fork(label), cause }),
  )
}
