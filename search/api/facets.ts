import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Facet, FacetsAnswer } from '../../model/api.ts'
import { fieldType } from '../../model/fields.ts'
import type { Cell } from '../../model/aggregate.ts'
import { finishedCell } from '../query/table.ts'
import { cellOf } from '../../model/counted-key.ts'
import type { Counts } from '../store/store.ts'
import { closing, signalOf, type ApiParts } from './parts.ts'
import { readFilter } from './question.ts'
import {
  answer,
  budgetField,
  cell,
  QUESTION_ERRORS,
  queryField,
  requestBody,
  responses,
  windowFields,
  type SchemaTypes,
} from './schemas.ts'

const DEFAULT_VALUES = 10

const body = requestBody({
  ...queryField,
  ...windowFields,
  fields: Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { minItems: 1, maxItems: 50 }),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1000, description: 'values per field; default 10' }),
  ),
  ...budgetField,
})

const response = answer({
  fields: Type.Array(
    Type.Object({
      field: Type.String(),
      values: Type.Array(Type.Object({ value: cell, count: Type.Integer() })),
      other: Type.Integer({ description: 'records whose value is not listed' }),
      missing: Type.Integer({ description: 'records without the field' }),
    }),
  ),
})

export function facetRoutes(app: FastifyInstance, parts: ApiParts): void {
  app.withTypeProvider<SchemaTypes>().post(
    '/api/v1/facets',
    {
      schema: {
        tags: ['search'],
        summary: 'The commonest values of fields',
        description: 'Values by falling count, equal counts by value.',
        body,
        response: responses(response, ...QUESTION_ERRORS),
      },
    },
    async (request, reply): Promise<FacetsAnswer> => {
      const startedAt = performance.now()
      const { fields, limit = DEFAULT_VALUES } = request.body
      const { filter, range, context, remarks } = await readFilter(
        parts,
        request.body,
        signalOf(reply),
      )
      const groupings = fields.map((field) => [{ kind: 'field', field } as const])
      const counted = await parts.store.counts({ filter, range, groupings }, context)
      const cuts = [...new Set(counted.flatMap(({ notes }) => notes))]
      return {
        fields: counted.map((counts, i) => facetOf(fields[i]!, counts, limit)),
        ...(await closing(parts, range, startedAt, { cuts, remarks })),
      }
    },
  )
}

/** Counts by the values of a field as a facet. */
export function facetOf(field: string, { keys, counts }: Counts, limit: number): Facet {
  const isTime = fieldType(field) === 'time'
  let missing = 0
  const values: { value: Cell; count: number }[] = []
  for (const [group, count] of counts.entries()) {
    const value = cellOf(keys[0]!, group)
    if (value === null) missing += count
    else values.push({ value: finishedCell(value, isTime), count })
  }
  values.sort((a, b) => b.count - a.count || (String(a.value) < String(b.value) ? -1 : 1))
  const other = values.slice(limit).reduce((sum, { count }) => sum + count, 0)
  return { field, values: values.slice(0, limit), other, missing }
}
