/**
 * The same text in memory of its own: what is cut out of a request would keep the whole request
 * alive for as long as a dictionary holds it.
 */
export function detached(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1)
}

export const detachedOrNull = (text: string | null): string | null =>
  text === null ? null : detached(text)
