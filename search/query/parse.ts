import type { Tree } from '@lezer/common'
import { AppError } from '../../model/errors.ts'
import type { Filter, Query } from '../../model/query.ts'
import { ALL } from '../../model/query.ts'
import type { Micros } from '../../model/time.ts'
import { checkPipes } from './check-pipes.ts'
import { parser } from './grammar/parser.ts'
import { lowerFilter } from './lower-filter.ts'
import { lowerPipe } from './lower-pipe.ts'
import type { PlacedPipe } from './lower-pipe.ts'
import { invalid, LONGEST_QUERY, syntaxError } from './invalid.ts'
import type { Source } from './source.ts'

const strictParser = parser.configure({ strict: true })

/**
 * Reads a query. Throws `invalid_query` with the offset of the trouble and, where there is one, a hint
 * that says what to type. `now` gives relative times (`time>=now-15m`) their meaning; the tree holds
 * absolute ones. Nearly every text without a `|` is a query: what is no operator is searched as words.
 */
export function parseQuery(text: string, now?: Micros): Query {
  const source: Source = { text, now }
  const top = parseTree(text).topNode
  let filter: Filter = ALL
  const placed: PlacedPipe[] = []
  for (let node = top.firstChild; node !== null; node = node.nextSibling) {
    if (node.name === 'Pipe') placed.push(lowerPipe(node, source))
    else filter = lowerFilter(node, source)
  }
  const pipes = placed.map(({ pipe }) => pipe)
  checkPipes(pipes, (pipe) => {
    const { from, columns } = placed[pipes.indexOf(pipe)]!
    return (column) => (column === undefined ? from : (columns.get(column) ?? from))
  })
  return { filter, pipes }
}

/** Where the first pipe of a text begins, undefined when it has none. */
export function firstPipeAt(text: string): number | undefined {
  return parser.parse(text).topNode.getChild('Pipe')?.from
}

function parseTree(text: string): Tree {
  if (text.length > LONGEST_QUERY) {
    throw invalid(
      `the query is ${text.length} characters long, more than ${LONGEST_QUERY}`,
      LONGEST_QUERY,
    )
  }
  try {
    return strictParser.parse(text)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw syntaxError(text, parser.parse(text), cause)
  }
}

/** The query of a text, or the error that explains why it is none. */
export function tryParseQuery(text: string, now?: Micros): Query | AppError {
  try {
    return parseQuery(text, now)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}
