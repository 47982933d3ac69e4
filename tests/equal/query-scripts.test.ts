import { join } from 'node:path'
import { afterAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { formatTime } from '../../model/time.ts'
import type { LogRecord } from '../../model/record.ts'
import type { ApiError, SearchAnswer } from '../../model/api.ts'
import { AppError, type ErrorCode } from '../../model/errors.ts'
import { prefixOf, StorePlaces } from '../support/elasticsearch/places.ts'
import { servePlumbline, type PlumblineProcess } from '../support/plumbline-process.ts'
import {
  answerLines,
  queryScripts,
  SCRIPT_LIMIT,
  SCRIPT_RANGE,
  type ScriptAnswer,
} from '../support/query-script.ts'
import { temporaryFolder } from '../support/temporary.ts'

const STORES = {
  embedded: () => Promise.resolve([]),
  elastic: async (places: StorePlaces) => [
    ...['--store', 'elastic', '--elastic', inject('elasticsearch')!.url],
    ...['--elastic-prefix', prefixOf(await places.make())],
  ],
} satisfies Record<string, (places: StorePlaces) => Promise<string[]>>

/** A record as OTLP says it. */
function otlpOf({ time, host, entity, severity, severityText, attributes, body }: LogRecord) {
  const text = (key: string, value: string | null) =>
    value === null ? [] : [{ key, value: { stringValue: value } }]
  return {
    resource: { attributes: [...text('host.name', host), ...text('entity.id', entity)] },
    scopeLogs: [
      {
        logRecords: [
          {
            timeUnixNano: `${time}000`,
            severityNumber: severity,
            severityText,
            body: { stringValue: body },
            attributes: Object.entries(attributes).map(([key, value]) => ({
              key,
              value:
                typeof value === 'number' ? { intValue: value } : { stringValue: String(value) },
            })),
          },
        ],
      },
    ],
  }
}

/** What the API answers; a refusal is thrown as it was before it went over the wire. */
const askServer =
  (server: PlumblineProcess) =>
  async (query: string): Promise<ScriptAnswer> => {
    const response = await fetch(`${server.url}/api/v1/search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ query, limit: SCRIPT_LIMIT },
        ...{ from: formatTime(SCRIPT_RANGE.from), to: formatTime(SCRIPT_RANGE.to) },
      }),
    })
    const answer = (await response.json()) as SearchAnswer | ApiError
    if ('error' in answer) {
      throw new AppError(answer.error.code as ErrorCode, answer.error.message)
    }
    if ('records' in answer) return { times: answer.records.map(({ time }) => time) }
    return { columns: answer.columns.map(({ name }) => name), rows: answer.rows }
  }

describe.each(['embedded', 'elastic'] as const)('over HTTP, %s', (store) => {
  const places = new StorePlaces(inject('elasticsearch')!)
  afterAll(() => places.removeAll())

  test.each(queryScripts())('%s', async (_file, { records, cases }) => {
    const data = join(temporaryFolder(), 'data')
    const server = await servePlumbline({ data, args: await STORES[store](places) })
    onTestFinished(async () => void (await server.kill()))
    await server.post('/v1/logs', { resourceLogs: records.map(otlpOf) })
    await server.post('/api/v1/ingest/settle', {})
    for (const { query, expected } of cases) {
      expect({ query, lines: await answerLines(askServer(server), query) }).toEqual({
        query,
        lines: expected,
      })
    }
  })
})
