const MOST = 30

/** IANA zones with this text in their name, those whose place begins with it first. */
export function zonesLike(text: string): string[] {
  const wanted = text.trim().toLowerCase().replaceAll(' ', '_')
  const begins = (name: string): boolean => name.slice(name.lastIndexOf('/') + 1).startsWith(wanted)
  return ['UTC', ...Intl.supportedValuesOf('timeZone')]
    .map((name) => ({ name, lower: name.toLowerCase() }))
    .filter(({ lower }) => lower.includes(wanted))
    .sort((a, b) => Number(begins(b.lower)) - Number(begins(a.lower)) || (a.name < b.name ? -1 : 1))
    .slice(0, MOST)
    .map(({ name }) => name)
}
