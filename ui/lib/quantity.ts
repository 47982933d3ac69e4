/** Three significant digits with a thin unit prefix: `18.9 k`, `1.2 M`, `0.31`. */
function scaled(value: number): string {
  const abs = Math.abs(value)
  const steps: readonly [number, string][] = [
    [1e12, ' T'],
    [1e9, ' G'],
    [1e6, ' M'],
    [1e3, ' k'],
  ]
  for (const [size, prefix] of steps) {
    if (abs >= size * 0.9995) return `${digits(value / size)}${prefix}`
  }
  return digits(value)
}

function digits(value: number): string {
  const abs = Math.abs(value)
  if (abs >= 100 || Number.isInteger(value)) return String(Math.round(value))
  if (abs >= 10) return String(Math.round(value * 10) / 10)
  return String(Math.round(value * 100) / 100)
}

/** A measured value with its unit as people say it: `110 ms`, `63 %`, `18.3 k/s`, `64`. */
export function quantity(value: number, unit: string): string {
  if (unit === '1') return `${digits(value * 100)} %`
  if (unit === '') return scaled(value)
  if (unit === 'ms' && Math.abs(value) >= 10_000) return `${scaled(value / 1000)} s`
  const named: Readonly<Record<string, string>> = { 'By/s': 'B/s', By: 'B', '1/s': '/s' }
  const name = named[unit] ?? unit
  const number = scaled(value)
  const isJoined = /[kMGT]$/.test(number)
  if (name === '/s') return isJoined ? `${number}/s` : `${number} /s`
  return isJoined ? `${number}${name}` : `${number} ${name}`
}

/** The unit in which a metric is told: a state in UCUM's `1` is a number of things (a queue's depth), all else in it a share. */
export const unitOf = ({ unit, kind }: { readonly unit: string; readonly kind: string }): string =>
  unit === '1' && kind === 'state' ? '' : unit

/** A count: `48,212`, from a million on `2.3 M`. */
export function count(n: number): string {
  return n >= 1e6 ? scaled(n) : n.toLocaleString('en-US')
}

/** `× 22`, `× 7.6`. */
export const times = (ratio: number): string =>
  `× ${ratio >= 10 ? Math.round(ratio) : Math.round(ratio * 10) / 10}`

/** A count, with `+` where more may still come: what it is of was not all seen. */
export const atLeast = (n: number, isPartial: boolean): string =>
  `${count(n)}${isPartial ? '+' : ''}`
