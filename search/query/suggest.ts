/**
 * Whether two words differ by one slip of the keyboard: a letter added, left out, changed, or two
 * neighbours swapped.
 */
export function isOneSlipAway(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  const restA = a.slice(start)
  const restB = b.slice(start)
  if (restA.length > restB.length) return restA.slice(1) === restB
  if (restA.length < restB.length) return restB.slice(1) === restA
  if (restA.slice(1) === restB.slice(1)) return true
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2)
}

/** The known word that was probably meant: one slip away, or one begins with the other. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const lower = word.toLowerCase()
  return (
    known.find((candidate) => isOneSlipAway(lower, candidate.toLowerCase())) ??
    known.find(
      (candidate) =>
        lower.length >= 3 && (candidate.startsWith(lower) || lower.startsWith(candidate)),
    )
  )
}
