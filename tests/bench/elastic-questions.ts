import { NEEDLES } from './generate.ts'
import { FREQUENT, INNER, neighbourhood, noonOf, PHRASE, RARE } from './questions.ts'

/** A question of the set as a search of Elasticsearch's own, over documents as `formatEcs` writes them. */
export interface ElasticQuestion {
  /** As in `questionsFor`. */
  readonly name: string
  readonly body: Readonly<Record<string, unknown>>
}

/** What an administrator maps such documents to: texts in Elasticsearch's own standard analyzer. */
export const ECS_MAPPING = {
  properties: {
    '@timestamp': { type: 'date' },
    message: { type: 'text' },
    log: { properties: { level: { type: 'keyword' } } },
    host: { properties: { name: { type: 'keyword' } } },
    process: { properties: { name: { type: 'keyword' }, pid: { type: 'long' } } },
  },
} as const

/** The standard analyzer cuts `vdi-0086` at its hyphen. */
const TOKEN_REGEXP = '0086[0-9]'
const MOST_HOSTS = 10_000

/**
 * The questions that such documents answer: without layers and templates these are three facets, not five, and a
 * regular expression is one on a part of a name.
 */
export function elasticQuestionsFor(end: number): ElasticQuestion[] {
  const word = (query: string): object => ({ match: { message: query } })
  const phrase = (query: string): object => ({ match_phrase: { message: query } })
  const newest = (query: object, size = 100): Record<string, unknown> => ({
    query: { bool: { filter: [query] } },
    size,
    sort: [{ '@timestamp': 'desc' }],
    track_total_hits: false,
  })
  const counted = (query: object): Record<string, unknown> => ({
    query: { bool: { filter: [query] } },
    size: 0,
    track_total_hits: true,
  })
  const between = (from: number, to: number): object => ({
    range: { '@timestamp': { gte: from, lt: to, format: 'epoch_millis' } },
  })
  const day = between(end - 86_400_000, end)
  const top = (field: string): object => ({ terms: { field, size: 10 } })
  const inDay = (query: object): object => ({ bool: { filter: [query, day] } })
  const { from, to } = noonOf(end)
  return [
    { name: 'needle', body: newest(word(NEEDLES[2]!)) },
    { name: 'phrase, newest 100', body: newest(phrase(PHRASE)) },
    { name: 'phrase, count', body: counted(phrase(PHRASE)) },
    {
      name: 'rare AND, newest 100',
      body: newest({ bool: { filter: [phrase(RARE), word(FREQUENT)] } }),
    },
    { name: 'frequent word, newest 100', body: newest(word(FREQUENT)) },
    { name: 'frequent word, count', body: counted(word(FREQUENT)) },
    {
      name: 'severity >= 17, newest 100',
      body: newest({ terms: { 'log.level': ['error', 'critical'] } }),
    },
    {
      name: 'histogram of a frequent word, a day',
      body: {
        ...counted(inDay(word(FREQUENT))),
        aggs: { time: { date_histogram: { field: '@timestamp', fixed_interval: '10m' } } },
      },
    },
    {
      name: 'top 10 hosts of a frequent word',
      body: { ...counted(word(FREQUENT)), aggs: { host: top('host.name') } },
    },
    {
      name: 'five facets of a frequent word',
      body: {
        ...counted(inDay(word(FREQUENT))),
        aggs: { host: top('host.name'), app: top('process.name'), level: top('log.level') },
      },
    },
    {
      name: '200 hosts, 10 minutes',
      body: newest(
        { bool: { filter: [{ terms: { 'host.name': neighbourhood() } }, between(from, to)] } },
        MOST_HOSTS,
      ),
    },
    { name: 'regex on a token, newest 100', body: newest({ regexp: { message: TOKEN_REGEXP } }) },
    {
      name: 'substring, newest 100',
      body: newest({ wildcard: { message: `*${INNER}*` } }),
    },
  ]
}
