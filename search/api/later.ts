import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { AppError } from '../../model/errors.ts'
import { BODY_ERRORS, responses } from './schemas.ts'

/** Routes of the public contract that a later version answers, with what each will do. */
const LATER: readonly {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly summary: string
  readonly sentence: string
}[] = [
  {
    method: 'POST',
    url: '/api/v1/why',
    summary: 'The likely causes of a slow entity',
    sentence:
      'finding causes is not part of this version yet; search and patterns show what changed',
  },
  {
    method: 'GET',
    url: '/api/v1/clocks',
    summary: 'The estimated clock of each source',
    sentence:
      'clocks are not estimated in this version yet; times are shown as the sources gave them',
  },
  ...[
    ['saved-queries', 'saved queries', 'Queries kept by name'],
    ['alert-rules', 'alert rules', 'Saved queries that raise alerts'],
    ['alerts', 'alerts', 'Alerts raised'],
    ['incidents', 'incidents', 'Incidents with their evidence'],
    ['incidents/:id/report', 'reports of incidents', 'The report of an incident'],
    ['tokens', 'access tokens', 'Access tokens'],
    ['audit', 'records of who did what', 'Who did what'],
  ].map(([path, what, summary]) => ({
    method: 'GET' as const,
    url: `/api/v1/${path}`,
    summary: summary!,
    sentence: `${what} are not part of this version yet`,
  })),
]

export function laterRoutes(app: FastifyInstance): void {
  for (const { method, url, summary, sentence } of LATER) {
    const schema = {
      tags: ['later'],
      summary,
      description: `Answers 501: ${sentence}.`,
      ...(url.includes(':id') ? { params: Type.Object({ id: Type.String() }) } : {}),
      response: responses(Type.Object({}), 501, ...(method === 'POST' ? BODY_ERRORS : [])),
    }
    app.route({ method, url, schema, handler: () => refuse(sentence) })
  }
}

async function refuse(sentence: string): Promise<never> {
  throw new AppError('not_implemented', sentence)
}
