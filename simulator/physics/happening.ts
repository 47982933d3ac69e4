import type { EthernetSwitch, Host, Vm } from '../plant/plant.ts'

/**
 * What somebody or something did to the data centre, as opposed to what followed from it. Devices speak
 * about these at once; everything else they say comes from what they measure. `cause` is the index of the
 * fault or decoy.
 */
export type Happening =
  | {
      readonly what: 'move'
      readonly vm: Vm
      readonly from: Host
      readonly to: Host
      readonly by: 'drs' | 'user'
      readonly cause: number
    }
  | {
      readonly what: 'port'
      readonly host: Host
      readonly hba: 0 | 1
      readonly isUp: boolean
      readonly cause: number
    }
  | {
      readonly what: 'link'
      readonly host: Host
      readonly nic: 0 | 1
      readonly isUp: boolean
      readonly cause: number
    }
  | {
      readonly what: 'unused port'
      readonly device: EthernetSwitch
      readonly port: string
      readonly isUp: boolean
      readonly cause: number
    }
  | {
      readonly what: 'job'
      readonly vm: Vm
      readonly name: string
      readonly isStart: boolean
      readonly cause: number
    }
  | { readonly what: 'reboot'; readonly vm: Vm; readonly cause: number }
  | {
      readonly what: 'maintenance'
      readonly host: Host
      readonly isStart: boolean
      readonly cause: number
    }
