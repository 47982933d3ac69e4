/** A peer's address as records and logs name it: IPv4 addresses are never written as IPv6. */
export function peerName(address: string | undefined): string {
  if (address === undefined) return 'unknown'
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
