import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { AppError, quote } from '../../model/errors.ts'
import { checker, type Fault } from './check.ts'

/** The part of a request a schema is about, as an error names it. */
const PART: Readonly<Record<string, string>> = {
  body: 'the body',
  querystring: 'the query string',
  params: 'the path',
}

/**
 * Checks each part of a request against its schema. JSON is taken as it is, so that a number in quotes
 * or a null is refused; what comes in an address is text, and becomes a number where one is wanted.
 */
export const validateRequest: FastifySchemaCompiler<TSchema> = ({ schema, httpPart = '' }) => {
  const faultIn = checker(schema)
  const part = PART[httpPart] ?? httpPart
  return (value: unknown) => {
    const given = httpPart === 'querystring' ? withNumbers(schema, value) : value
    const fault = faultIn(given)
    return fault === undefined ? { value: given } : { error: refusal(fault, part) }
  }
}

function refusal({ field, why, value, unknown }: Fault, part: string): AppError {
  if (unknown !== undefined) {
    const inside = field === '' ? part : `${field} of ${part}`
    return new AppError(
      'invalid_request',
      `unknown field ${JSON.stringify(unknown.name)} in ${inside}`,
      unknown.known.length === 0 ? {} : { hint: `there are ${unknown.known.join(', ')}` },
    )
  }
  const not = value === undefined ? '' : `, not ${shown(value)}`
  return new AppError('invalid_request', `${field || part} ${why}${not}`)
}

/** A value as JSON, cut where it is long. */
function shown(value: unknown): string {
  return typeof value === 'string' ? quote(value) : JSON.stringify(value).slice(0, 80)
}

function withNumbers(schema: TSchema, value: unknown): unknown {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string }> }
  return Object.fromEntries(
    Object.entries(value as Record<string, unknown>).map(([name, text]) => {
      const isNumber = properties[name]?.type === 'integer' && /^\d{1,15}$/.test(String(text))
      return [name, isNumber ? Number(text) : text]
    }),
  )
}
