/** The parts of an OpenAPI document that the page shows. */
export interface ApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string }
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> }
}

interface Operation {
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly schema?: Schema
    readonly description?: string
  }[]
  readonly requestBody?: { readonly content?: Content }
  readonly responses?: Readonly<
    Record<string, { readonly description?: string; readonly content?: Content }>
  >
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>

interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly format?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
}

const STYLE = `
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
h1{font-size:1.6rem}h2{margin-top:2.5rem;text-transform:capitalize}
details{border:1px solid #d0d7de;border-radius:6px;margin:.5rem 0;padding:.4rem .8rem}
summary{cursor:pointer}code,pre{font:14px/1.45 ui-monospace,monospace}
pre{background:#f6f8fa;padding:.8rem;overflow:auto;border-radius:6px}
.verb{display:inline-block;min-width:4rem;font-weight:600}
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}pre{background:#161b22}details{border-color:#30363d}}
`

/** The API as one readable page: no script, nothing loaded from anywhere. */
export function docsPage(document: ApiDocument): string {
  const groups = new Map<string, string[]>()
  for (const [path, operations] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(operations)) {
      const group = operation.tags?.[0] ?? 'other'
      groups.set(group, [...(groups.get(group) ?? []), section(method, path, operation)])
    }
  }
  const schemas = Object.entries(document.components?.schemas ?? {})
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escape(document.info.title)}</title><style>${STYLE}</style></head><body>
<h1>${escape(document.info.title)} ${escape(document.info.version)}</h1>
<p>${escape(document.info.description ?? '')}</p>
<p>The machine-readable form is <a href="openapi.json">openapi.json</a>.</p>
${[...groups].map(([name, parts]) => `<h2>${escape(name)}</h2>\n${parts.join('\n')}`).join('\n')}
<h2>shapes</h2>
${schemas.map(([name, schema]) => `<h3 id="${escape(name)}">${escape(name)}</h3><pre>${shape(schema)}</pre>`).join('\n')}
</body></html>
`
}

function section(method: string, path: string, operation: Operation): string {
  const title = `<summary><code><span class="verb">${method.toUpperCase()}</span>${escape(path)}</code> ${escape(operation.summary ?? '')}</summary>`
  const parts = [operation.description ? `<p>${escape(operation.description)}</p>` : '']
  if (operation.parameters !== undefined && operation.parameters.length > 0) {
    parts.push(`<p>Parameters</p><pre>${operation.parameters.map(parameter).join('\n')}</pre>`)
  }
  const body = firstSchema(operation.requestBody?.content)
  if (body !== undefined) parts.push(`<p>Request</p><pre>${shape(body)}</pre>`)
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    const schema = firstSchema(response.content)
    parts.push(
      `<p>${escape(status)} ${escape(response.description ?? '')}</p>`,
      schema === undefined ? '' : `<pre>${shape(schema)}</pre>`,
    )
  }
  return `<details>${title}${parts.join('')}</details>`
}

function parameter(each: NonNullable<Operation['parameters']>[number]): string {
  const about = each.description ?? each.schema?.description
  const name = `${each.name}${each.required === true ? '' : '?'}`
  return `${escape(name)} (${escape(each.in)}): ${shape({ ...each.schema, description: '' })}${note(about)}`
}

function firstSchema(content: Content | undefined): Schema | undefined {
  return content === undefined ? undefined : Object.values(content)[0]?.schema
}

/** A schema in the notation of TypeScript, escaped for HTML. */
function shape(schema: Schema, indent = ''): string {
  if (schema.$ref !== undefined) {
    const name = escape(schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1))
    return `<a href="#${name}">${name}</a>`
  }
  if (schema.enum !== undefined)
    return schema.enum.map((v) => escape(JSON.stringify(v))).join(' | ')
  if (schema.const !== undefined) return escape(JSON.stringify(schema.const))
  if (schema.anyOf !== undefined) return schema.anyOf.map((s) => shape(s, indent)).join(' | ')
  if (schema.items !== undefined) return `${shape(schema.items, indent)}[]`
  if (schema.properties !== undefined) return fields(schema, indent)
  const values = Object.values(schema.patternProperties ?? {})[0] ?? schema.additionalProperties
  if (typeof values === 'object') return `{ [name]: ${shape(values, indent)} }`
  return escape(schema.format ?? String(schema.type ?? 'any'))
}

function fields(schema: Schema, indent: string): string {
  const inner = `${indent}  `
  const lines = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const optional = schema.required?.includes(name) === true ? '' : '?'
    return `${inner}${escape(name)}${optional}: ${shape(field, inner)}${note(field.description)}`
  })
  return `{\n${lines.join('\n')}\n${indent}}`
}

function note(text: string | undefined): string {
  return text ? `  // ${escape(text)}` : ''
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (c) => ENTITIES[c]!)
}
