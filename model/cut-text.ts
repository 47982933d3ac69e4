/** What nothing may end with: what follows it is missed, as the name after `volume`. */
const DANGLING = new Set(
  (
    'a an and any are as at be because been being but by can cannot could did do does due during each for from had has have if in ' +
    'into is its may might must no not of off on onto or over per since so than that the their then these this those to under until ' +
    'device disk datastore host interface mac machine port user volume logical long new virtual ' +
    'was were when where which while who will with without would value version average'
  ).split(' '),
)
/** Verbs that say nothing without what comes after them. */
const WAITING =
  /^(?:became|becomes|changed|changes|contains?|entered|enters|exceeded|exceeds|experienced|increased|reduced|reported|reports|requested|requests|received|receives|receiving|returned|returns|took|takes)$/

/**
 * As many whole words as fit into `most` characters, ending where a reader may stop: not with a preposition, an
 * article, an auxiliary or a verb that waits for its object, and not inside a bracket or a quotation. The text as it is where it fits; `''` when not
 * one word does.
 */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text
  const head = text.slice(0, most + 1)
  const words = head.slice(0, Math.max(0, head.lastIndexOf(' '))).split(' ')
  const whole = words.join(' ').length
  while (words.length > 0 && dangles(words.at(-1)!)) words.pop()
  const ended = outsideOf(words.join(' ').replace(/[\s:;,(\-–—]+$/, ''))
  // Nothing but such words: better as it stands than nothing.
  return ended === '' ? head.slice(0, whole).trimEnd() : ended
}

const KIND =
  /^(?:aggregate|application|device|disk|interface|lun|process|program|service|volume) (?=[\w-]*[.\\/]\S|"?\w*\d)/i

/** The text without a kind that it begins with, where a name follows that says it: `program EXCEL.EXE`, `Device naa.600a…3451`. */
export const withoutKind = (text: string): string => text.replace(KIND, '')

function dangles(word: string): boolean {
  if (!/[\p{L}\p{N}]/u.test(word)) return true
  const bare = word.toLowerCase()
  return DANGLING.has(bare) || WAITING.test(bare)
}

/** The text before a bracket or a quotation that it leaves open, where something stands before it. */
function outsideOf(text: string): string {
  for (const open of [
    /^(.*\S)\s*\([^)]*$/,
    /^(.*\S)\s*\[[^\]]*$/,
    /^([^"]*(?:"[^"]*"[^"]*)*\S)\s+"[^"]*$/,
  ]) {
    const [, before] = open.exec(text) ?? []
    if (before !== undefined) return cutText(`${before} `, before.length)
  }
  return text
}
