import type { ValueCondition } from '../../model/match.ts'
import { fold } from '../../model/tokens.ts'

/** A run of characters that every match of a condition contains. */
export interface Literal {
  readonly text: string
  /** True when the text is folded and has to be looked for in folded text. */
  readonly ignoreCase: boolean
}

/** Shorter literals stand almost everywhere. */
const SHORTEST = 2
const ASCII = /^[\x20-\x7e]+$/

/** A literal every matching body contains, or undefined when none can be told. */
export function requiredLiteral(condition: ValueCondition): Literal | undefined {
  switch (condition.kind) {
    case 'equals':
      return literal(fold(condition.value), true)
    case 'wildcard':
      return literal(longest(fold(condition.pattern).split(/[*?]/)), true)
    case 'regex':
      return literal(longest(literalRuns(condition.source)), condition.ignoreCase)
    case 'in':
    case 'compare':
      return undefined
  }
}

function literal(text: string, ignoreCase: boolean): Literal | undefined {
  if (text.length < SHORTEST || !ASCII.test(text)) return undefined
  return { text: ignoreCase ? text.toLowerCase() : text, ignoreCase }
}

/**
 * The runs of letters and digits in a literal that hold a digit. In a body such a run is part of a token
 * with a digit, so it stands in a slot, wherever the rest of the literal does (tokens.ts, template.ts).
 */
export function digitRuns({ text }: Literal): string[] {
  return text.match(/[0-9A-Za-z]*[0-9][0-9A-Za-z]*/g) ?? []
}

const longest = (texts: readonly string[]): string =>
  texts.reduce((best, text) => (text.length > best.length ? text : best), '')

/**
 * Runs of plain characters that stand in every match of an RE2 expression. Gives up (no runs) on
 * alternation, groups and inline flags, where a run may be optional.
 */
function literalRuns(source: string): string[] {
  if (/[|()]/.test(source)) return []
  const runs: string[] = []
  let run = ''
  const end = (): void => {
    runs.push(run)
    run = ''
  }
  for (let i = 0; i < source.length; i++) {
    const c = source[i]!
    if (c === '\\') {
      const next = source[++i] ?? ''
      // A class, an anchor or a code: only escaped punctuation is itself.
      if (/[A-Za-z0-9]/.test(next)) return runs
      run += next
    } else if (c === '[') {
      end()
      i = classEnd(source, i)
    } else if (c === '*' || c === '?' || c === '{') {
      run = run.slice(0, -1)
      end()
      if (c === '{') i = Math.max(i, source.indexOf('}', i))
    } else if (c === '+' || c === '.' || c === '^' || c === '$') {
      end()
    } else run += c
  }
  end()
  return runs
}

/** The index of the bracket that ends a character class. */
function classEnd(source: string, start: number): number {
  let i = start + 1
  if (source[i] === '^') i++
  if (source[i] === ']') i++
  while (i < source.length && source[i] !== ']') i += source[i] === '\\' ? 2 : 1
  return i
}

/**
 * Where a literal can stand in records of a template: `variables` when only inside one variable, else
 * `anywhere` (in the static text, or across the edge of a slot).
 */
export function placeOfLiteral(
  pattern: string,
  { text, ignoreCase }: Literal,
): 'variables' | 'anywhere' {
  const [head = '', ...rest] = (ignoreCase ? fold(pattern) : pattern).split('\0')
  const pieces = [head, ...rest.map((piece) => piece.slice(1))]
  for (const [index, piece] of pieces.entries()) {
    if (piece.includes(text)) return 'anywhere'
    const isLast = index === pieces.length - 1
    for (let cut = 1; cut < text.length; cut++) {
      if (!isLast && piece.endsWith(text.slice(0, cut))) return 'anywhere'
      if (index > 0 && piece.startsWith(text.slice(cut))) return 'anywhere'
    }
    if (index > 0 && !isLast && text.includes(piece)) return 'anywhere'
  }
  return 'variables'
}
