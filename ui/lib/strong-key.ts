/** A long key so that its ends are still told apart: `naa.6005…a41e`; short ones as they are. */
export function shortKey(key: string): string {
  if (key.length <= 20) return key
  return `${key.slice(0, 8)}…${key.slice(-4)}`
}
