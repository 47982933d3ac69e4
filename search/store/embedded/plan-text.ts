import { valueMatcher, wildcardMatcher, type ValueCondition } from '../../../model/match.ts'
import type { TokenPattern } from '../../../model/query.ts'
import { hasDigit, hashToken } from '../../../model/token-hash.ts'
import { MAX_TOKEN_LENGTH } from '../../../model/tokens.ts'
import {
  allOf,
  anyOf,
  atMost,
  exactly,
  FALSE,
  foldedColumn,
  ofTemplates,
  sieve,
  TRUE,
  UNDECIDED,
  type Plan,
  type PlanContext,
} from './condition.ts'
import { sqlText } from './engine.ts'
import { digitRuns, placeOfLiteral, requiredLiteral } from '../literal.ts'
import type { Phrase, SlotCondition, TemplateText } from './template-text.ts'

/** Templates in a list that is left out where nothing depends on it. */
const LONG_LIST = 100

export function planPhrase(tokens: readonly TokenPattern[], context: PlanContext): Plan {
  if (tokens.length === 0) return TRUE
  const phrase: Phrase = {
    tokens,
    tests: tokens.map(({ text, wildcard }) =>
      wildcard ? wildcardMatcher(text) : (token: string) => token === text,
    ),
  }
  const always: number[] = []
  const open: number[] = []
  /** Templates by the condition on their slot. */
  const bySlot = new Map<string, number[]>()
  const canTell = !context.accented && tokens.every(isPlain)
  const isLone = tokens.length === 1
  context.dictionaries.templates.forEach((template, id) => {
    const verdict = template.judge(phrase)
    if (verdict.kind === 'always') always.push(id)
    else if (verdict.kind === 'slot' && canTell && !isLone && context.effort === 'decide') {
      const sql = slotSql(verdict.condition, tokens, template)
      bySlot.set(sql, [...(bySlot.get(sql) ?? []), id])
    } else if (verdict.kind !== 'never') open.push(id)
  })
  const hashes = tokens
    .filter((token) => !token.wildcard && hasDigit(token.text))
    .map((token) => hashToken(token.text))
  const inSlots =
    isLone && canTell
      ? loneToken(tokens[0]!.text, open, context)
      : anyOf([
          ...[...bySlot].map(([sql, ids]) => allOf([ofTemplates(ids, context), exactly(sql)])),
          allOf([ofTemplates(open, context), UNDECIDED]),
        ])
  const literals = literalsInSlots(tokens, [...bySlot.values(), open].flat(), context)
  return anyOf([ofTemplates(always, context), withTokens(sieve(literals, inSlots), hashes)])
}

/** A token in the variables of any template is a match, so a long list of templates adds nothing. */
function loneToken(token: string, ids: readonly number[], context: PlanContext): Plan {
  const templates = ofTemplates(ids, context)
  const inVariables = exactly(regexSql('variables', token, 'inside'))
  if (ids.length <= LONG_LIST || templates === FALSE) return allOf([templates, inVariables])
  return exactly(inVariables.sql, (rows) => templates.mayMatch(rows))
}

function withTokens(plan: Plan, hashes: readonly number[]): Plan {
  if (hashes.length === 0) return plan
  return {
    ...plan,
    mayMatch: (rows) => plan.mayMatch(rows) && hashes.every((hash) => rows.mayHaveToken(hash)),
    asksTokens: true,
  }
}

/**
 * What the variables must contain for the phrase: no more than a sieve, so that the conditions behind
 * it are worked out for few rows.
 */
function literalsInSlots(
  tokens: readonly TokenPattern[],
  ids: readonly number[],
  context: PlanContext,
): Plan {
  if (context.accented) return TRUE
  const { templates } = context.dictionaries
  // A lone token that the static text does not spell is in a slot; of a phrase, part may be static.
  const needed = tokens
    .flatMap(literalOf)
    .filter(
      (literal) =>
        tokens.length === 1 ||
        hasDigit(literal) ||
        !ids.some((id) => templates.get(id).hasStaticPart(literal)),
    )
  return allOf(
    needed.map((literal) =>
      exactly(`contains(${foldedColumn('variables', literal)}, ${sqlText(literal)})`),
    ),
  )
}

/** What the slot must hold for the phrase to stand in a record of this template. */
function slotSql(
  { slot, token, edge }: SlotCondition,
  tokens: readonly TokenPattern[],
  template: TemplateText,
): string {
  const { text } = tokens[token]!
  const value = template.slots === 1 ? 'variables' : `split_part(variables, chr(31), ${slot + 1})`
  return regexSql(value, text, edge)
}

function regexSql(value: string, token: string, edge: Edge): string {
  return `regexp_matches(${foldedColumn(value, token)}, ${sqlText(tokenRegex(token, edge))})`
}

const isPlain = ({ text, wildcard }: TokenPattern): boolean =>
  !wildcard && /^[a-z0-9.]+$/.test(text) && text.length < MAX_TOKEN_LENGTH

/** What a token that fits must contain: itself, or the longest piece between wildcards. ASCII only. */
function literalOf({ text, wildcard }: TokenPattern): string[] {
  const longest = wildcard
    ? text.split(/[*?]/).reduce((best, piece) => (piece.length > best.length ? piece : best), '')
    : text
  return longest !== '' && /^[\x20-\x7e]+$/.test(longest) ? [longest] : []
}

/** Where the token stands in the text: see {@link SlotCondition}, or anywhere `inside`. */
type Edge = SlotCondition['edge'] | 'inside'

/**
 * RE2: the token with nothing of a token beside it. A full stop between two digits would join them to one
 * token (tokens.ts).
 */
function tokenRegex(token: string, edge: Edge): string {
  const before = /^[0-9]/.test(token) ? '(?:^|[^0-9A-Za-z.]|(?:^|[^0-9])\\.)' : '(?:^|[^0-9A-Za-z])'
  const after = /[0-9]$/.test(token) ? '(?:$|[^0-9A-Za-z.]|\\.(?:$|[^0-9]))' : '(?:$|[^0-9A-Za-z])'
  const begin = edge === 'inside' || edge === 'end' ? before : '^[^0-9A-Za-z]*'
  const end = edge === 'inside' || edge === 'start' ? after : '[^0-9A-Za-z]*$'
  return `${begin}${token.replaceAll('.', '\\.')}${end}`
}

export function planBody(condition: ValueCondition, context: PlanContext): Plan {
  const test = valueMatcher(condition, context.compileRegex)
  const always: number[] = []
  const unrestricted: number[] = []
  const inVariables: number[] = []
  const literal = requiredLiteral(condition)
  context.dictionaries.templates.forEach((template, id) => {
    if (template.slots === 0) {
      if (test(template.pattern)) always.push(id)
    } else if (literal === undefined || context.accented) unrestricted.push(id)
    else if (placeOfLiteral(template.pattern, literal) === 'variables') inVariables.push(id)
    else unrestricted.push(id)
  })
  const column = literal?.ignoreCase === true ? 'lower(variables)' : 'variables'
  const inText = atMost(`contains(${column}, ${sqlText(literal?.text ?? '')})`)
  const inSlots = anyOf([
    allOf([ofTemplates(unrestricted, context), UNDECIDED]),
    allOf([ofTemplates(inVariables, context), inText]),
  ])
  const runs = literal === undefined || context.accented ? [] : digitRuns(literal)
  const needed = runs.map((run) => exactly(`contains(${column}, ${sqlText(run)})`))
  return anyOf([ofTemplates(always, context), sieve(allOf(needed), inSlots)])
}
