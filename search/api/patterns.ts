import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Pattern, PatternsAnswer } from '../../model/api.ts'
import { formatTime, type TimeRange } from '../../model/time.ts'
import type { PatternCount } from '../store/store.ts'
import { closing, leftOut, signalOf, type ApiParts } from './parts.ts'
import { readFilter, readRange } from './question.ts'
import {
  answer,
  boundedWindowFields,
  budgetField,
  QUESTION_ERRORS,
  queryField,
  requestBody,
  responses,
  wireTime,
  windowFields,
  type SchemaTypes,
} from './schemas.ts'

const DEFAULT_LIMIT = 100

const body = requestBody({
  ...queryField,
  ...windowFields,
  baseline: Type.Optional(requestBody(boundedWindowFields)),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: 'default 100' })),
  ...budgetField,
})

const response = answer({
  patterns: Type.Array(
    Type.Object({
      template: Type.String({ description: 'template id' }),
      text: Type.String(),
      count: Type.Integer(),
      before: Type.Optional(
        Type.Number({ description: 'count of the baseline, scaled to the window' }),
      ),
      change: Type.Optional(
        Type.Number({ description: 'part of the whole change against the baseline, -1 to 1' }),
      ),
      first: wireTime('first in the window (or in the baseline, when it vanished)'),
      last: wireTime('last in the window (or in the baseline, when it vanished)'),
      severity: Type.Integer({ description: 'highest seen' }),
    }),
  ),
})

export function patternRoutes(app: FastifyInstance, parts: ApiParts): void {
  app.withTypeProvider<SchemaTypes>().post(
    '/api/v1/patterns',
    {
      schema: {
        tags: ['search'],
        summary: 'Message templates with their counts, and what changed against a baseline',
        description:
          'By falling count; with a baseline by the size of their part in the change, vanished ones included.',
        body,
        response: responses(response, ...QUESTION_ERRORS),
      },
    },
    async (request, reply): Promise<PatternsAnswer> => {
      const startedAt = performance.now()
      const { baseline, limit = DEFAULT_LIMIT } = request.body
      const { filter, range, context, remarks } = await readFilter(
        parts,
        request.body,
        signalOf(reply),
      )
      const before = baseline === undefined ? undefined : readRange(baseline, parts.now())
      const [now, then] = await Promise.all([
        parts.store.patterns({ filter, range }, context),
        before === undefined ? undefined : parts.store.patterns({ filter, range: before }, context),
      ])
      const patterns =
        before === undefined || then === undefined
          ? now.map(patternOf).sort(byCount)
          : compare(now, then, spanOf(range) / spanOf(before))
      const notes = [...remarks, ...leftOut(patterns.length, limit, 'patterns')]
      return {
        patterns: patterns.slice(0, limit),
        ...(await closing(parts, range, startedAt, { cuts: [], remarks: notes })),
      }
    },
  )
}

const spanOf = (range: TimeRange): number => range.to - range.from

function patternOf(pattern: PatternCount): Pattern {
  return {
    template: pattern.template,
    text: pattern.text,
    count: pattern.count,
    first: formatTime(pattern.first),
    last: formatTime(pattern.last),
    severity: pattern.severity,
  }
}

/**
 * Counts against a baseline scaled by `scale` to the window's length. A pattern's change is its part of
 * the sum of all differences, so that the parts' sizes add up to 1.
 */
export function compare(
  now: readonly PatternCount[],
  then: readonly PatternCount[],
  scale: number,
): Pattern[] {
  const before = new Map(then.map((pattern) => [pattern.template, pattern]))
  const rows = now.map((pattern) => {
    const expected = (before.get(pattern.template)?.count ?? 0) * scale
    before.delete(pattern.template)
    return { pattern: patternOf(pattern), expected }
  })
  for (const vanished of before.values()) {
    const pattern = { ...patternOf(vanished), count: 0 }
    rows.push({ pattern, expected: vanished.count * scale })
  }
  const whole = rows.reduce((sum, row) => sum + Math.abs(row.pattern.count - row.expected), 0)
  return rows
    .map(({ pattern, expected }) => ({
      ...pattern,
      before: expected,
      change: whole === 0 ? 0 : (pattern.count - expected) / whole,
    }))
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change) || byCount(a, b))
}

function byCount(a: Pattern, b: Pattern): number {
  return b.count - a.count || (a.template < b.template ? -1 : 1)
}
