import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

/** The first thing wrong with a value against its schema, for a sentence about it. */
export interface Fault {
  /** Where, `fields.0`; empty for the whole value. */
  readonly field: string
  /** The predicate of the sentence: `must be an integer`, `lacks "query"`. */
  readonly why: string
  /** What stands there; absent where something is missing or too much. */
  readonly value?: unknown
  /** The name nobody knows inside `field`, with those that are known. */
  readonly unknown?: { readonly name: string; readonly known: readonly string[] }
}

/** A check against one schema, compiled once; nothing is converted or dropped. */
export function checker(schema: TSchema): (value: unknown) => Fault | undefined {
  const compiled = Compile(schema)
  return (value) => {
    if (compiled.Check(value)) return undefined
    // An unknown field is told twice; the second telling names it.
    const error = compiled.Errors(value).find(({ keyword }) => keyword !== 'boolean')!
    const path = error.instancePath.split('/').slice(1)
    const field = path.join('.')
    const params = error.params as Params
    const extra = params.additionalProperties?.[0]
    if (extra !== undefined) {
      const known = Object.keys(propertiesAt(schema, path))
      return { field, why: `has no ${JSON.stringify(extra)}`, unknown: { name: extra, known } }
    }
    const missing = params.requiredProperties?.[0]
    if (missing !== undefined) return { field, why: `lacks ${JSON.stringify(missing)}` }
    const why = WHY[error.keyword]?.(params) ?? error.message
    return { field, why, value: valueAt(value, path) }
  }
}

/** What a keyword of JSON schema says about the value that breaks it. */
interface Params {
  readonly additionalProperties?: readonly string[]
  readonly requiredProperties?: readonly string[]
  readonly type?: string | readonly string[]
  readonly limit?: number
  readonly allowedValues?: readonly unknown[]
}

const WHY: Readonly<Record<string, (params: Params) => string>> = {
  type: ({ type }) => `must be ${/^[aeio]/.test(String(type)) ? 'an' : 'a'} ${String(type)}`,
  enum: ({ allowedValues = [] }) => `must be one of ${allowedValues.join(', ')}`,
  minimum: ({ limit }) => `must be at least ${limit}`,
  maximum: ({ limit }) => `must be at most ${limit}`,
  minLength: ({ limit }) =>
    limit === 1 ? 'must not be empty' : `must have at least ${limit} characters`,
  maxLength: ({ limit }) => `must have at most ${limit} characters`,
  minItems: ({ limit }) => `must have at least ${limit} items`,
  maxItems: ({ limit }) => `must have at most ${limit} items`,
}

function propertiesAt(schema: TSchema, path: readonly string[]): object {
  const inner = path.reduce<unknown>(
    (part, name) =>
      at(at(part, 'properties'), name) ??
      at(part, 'items') ??
      Object.values(at(part, 'patternProperties') ?? {})[0],
    schema,
  )
  return (at(inner, 'properties') as object | undefined) ?? {}
}

const valueAt = (value: unknown, path: readonly string[]): unknown => path.reduce(at, value)

function at(value: unknown, name: string): unknown {
  return (value as Record<string, unknown> | null | undefined)?.[name]
}
