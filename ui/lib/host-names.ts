const LETTER = /\p{L}/u

/** Name and domain; the domain is '' where there is none, as of an address. */
function partsOf(name: string): readonly [string, string] {
  const dot = name.indexOf('.')
  const [host, domain] = [name.slice(0, dot), name.slice(dot + 1)]
  return dot > 0 && LETTER.test(host) && LETTER.test(domain) ? [host, domain] : [name, '']
}

/**
 * Names as they are told apart, in their order: without the domain where all that have one have the same, `esx-04` of
 * `esx-04.corp.example.net`.
 */
export function withoutDomain(names: readonly string[]): readonly string[] {
  const parts = names.map(partsOf)
  const hosts = parts.map(([host]) => host)
  const domains = new Set(parts.flatMap(([, domain]) => (domain === '' ? [] : [domain])))
  return domains.size === 1 && new Set(hosts).size === new Set(names).size ? hosts : names
}
