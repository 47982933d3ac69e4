import { setSingleKeys } from '../lib/keys.ts'

const KEY = 'plumbline.single-keys'

/** Takes what was chosen in this browser; call once before the first key. */
export function applySingleKeys(): void {
  setSingleKeys(localStorage.getItem(KEY) !== 'off')
}

/** Switches keys without Ctrl or Alt on or off and keeps it in this browser. */
export function chooseSingleKeys(isOn: boolean): void {
  localStorage.setItem(KEY, isOn ? 'on' : 'off')
  setSingleKeys(isOn)
}
