import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { bulkFailure, ELASTIC_HEADERS } from '../decoders/bulk-reply.ts'

/**
 * What Elasticsearch clients and shippers ask before and around their first `_bulk` (formats.md 1.3:
 * the list of Logstash, the sources of Beats, what clients sent). We keep no indices, templates,
 * policies or pipelines: `HEAD` and `GET` say they are absent, `PUT` is acknowledged and ignored. The
 * answers follow the Elasticsearch 8 REST reference; those for Beats and Logstash are leads, not tried
 * with the programs. Credentials are accepted and ignored.
 */
export function registerElasticProbes(app: FastifyInstance): void {
  for (const probe of PROBES) {
    app.route({
      method: [...probe.methods],
      url: probe.path,
      schema: { summary: probe.summary, tags: ['elasticsearch'] },
      exposeHeadRoute: false,
      handler: async (request, reply) => answer(reply, probe.answer(request)),
    })
  }
}

/** The version we answer like; clients refuse servers older than they are by a major. */
const VERSION = '8.17.0'
const CLUSTER = 'plumbline'
/** Fixed: nothing is ever addressed by it. */
const CLUSTER_UUID = 'cGx1bWJsaW5lLWNsdXN0ZXI'
const NODE_ID = 'cGx1bWJsaW5lLW5vZGU'

interface Answer {
  readonly status: number
  readonly body: unknown
}

interface Probe {
  readonly methods: readonly ('GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE')[]
  readonly path: string
  readonly summary: string
  readonly answer: (request: FastifyRequest) => Answer
}

const ok = (body: unknown): Answer => ({ status: 200, body })

const acknowledged = (): Answer => ok({ acknowledged: true })

const absent = (request: FastifyRequest): Answer => {
  const name = request.url.split('?')[0]!
  const { body } = bulkFailure(404, `${name} does not exist: records are only added here`)
  return { status: 404, body }
}

/** `GET /`: name and version (reference "Info API"). */
const info = (): Answer =>
  ok({
    name: CLUSTER,
    cluster_name: CLUSTER,
    cluster_uuid: CLUSTER_UUID,
    version: {
      number: VERSION,
      build_flavor: 'default',
      build_type: 'tar',
      build_hash: '0000000000000000000000000000000000000000',
      build_date: '2024-12-11T00:00:00.000000000Z',
      build_snapshot: false,
      lucene_version: '9.12.0',
      minimum_wire_compatibility_version: '7.17.0',
      minimum_index_compatibility_version: '7.0.0',
    },
    tagline: 'You Know, for Search',
  })

/** Beats go on only with an active licence. */
const LICENSE = {
  status: 'active',
  uid: '00000000-0000-0000-0000-000000000000',
  type: 'basic',
  issue_date: '2024-01-01T00:00:00.000Z',
  issue_date_in_millis: 1_704_067_200_000,
  max_nodes: 1000,
  max_resource_units: null,
  issued_to: CLUSTER,
  issuer: CLUSTER,
  start_date_in_millis: -1,
} as const

const xpack = (): Answer =>
  ok({
    build: { hash: '', date: '2024-12-11T00:00:00.000Z' },
    license: { uid: LICENSE.uid, type: 'basic', mode: 'basic', status: 'active' },
    features: { ilm: { available: true, enabled: true } },
  })

const health = (): Answer =>
  ok({
    cluster_name: CLUSTER,
    status: 'green',
    timed_out: false,
    number_of_nodes: 1,
    number_of_data_nodes: 1,
    active_primary_shards: 1,
    active_shards: 1,
    relocating_shards: 0,
    initializing_shards: 0,
    unassigned_shards: 0,
    delayed_unassigned_shards: 0,
    number_of_pending_tasks: 0,
    number_of_in_flight_fetch: 0,
    task_max_waiting_in_queue_millis: 0,
    active_shards_percent_as_number: 100,
  })

/** Sniffing clients go on with this one address: the one they have reached. */
const nodes = (request: FastifyRequest): Answer =>
  ok({
    _nodes: { total: 1, successful: 1, failed: 0 },
    cluster_name: CLUSTER,
    nodes: {
      [NODE_ID]: {
        name: CLUSTER,
        version: VERSION,
        roles: ['data', 'ingest', 'master'],
        http: { bound_address: [request.host], publish_address: request.host },
      },
    },
  })

/** Everything acknowledged is searchable already: there is nothing to refresh. */
const refreshed = (): Answer => ok({ _shards: { total: 1, successful: 1, failed: 0 } })

const indexCreated = (request: FastifyRequest): Answer => {
  const { index } = request.params as { index: string }
  return ok({ acknowledged: true, shards_acknowledged: true, index })
}

/** A setup thing that is absent when asked for and acknowledged when put. */
function setup(path: string, summary: string): Probe[] {
  return [
    { methods: ['GET', 'HEAD'], path, summary: `${summary}: absent`, answer: absent },
    { methods: ['PUT', 'POST'], path, summary: `${summary}: acknowledged`, answer: acknowledged },
  ]
}

function missing(path: string, summary: string): Probe {
  return { methods: ['GET', 'POST'], path, summary: `${summary}: not offered`, answer: absent }
}

/** A client that asks for what we do not have must see that in the shape it reads. */
const METHODS_OF_OTHERS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'] as const

const PROBES: readonly Probe[] = [
  { methods: ['GET', 'HEAD'], path: '/', summary: 'Name and version', answer: info },
  {
    methods: ['GET'],
    path: '/_license',
    summary: 'Licence',
    answer: () => ok({ license: LICENSE }),
  },
  { methods: ['GET'], path: '/_xpack', summary: 'Features', answer: xpack },
  { methods: ['GET', 'HEAD'], path: '/_cluster/health', summary: 'Cluster health', answer: health },
  {
    methods: ['GET'],
    path: '/_nodes/ingest',
    summary: 'Processors of ingest pipelines: none',
    answer: nodes,
  },
  {
    methods: ['GET'],
    path: '/_cluster/health/:index',
    summary: 'Index health',
    answer: health,
  },
  { methods: ['GET'], path: '/_nodes/http', summary: 'Nodes', answer: nodes },
  { methods: ['GET'], path: '/_nodes/_all/http', summary: 'Nodes', answer: nodes },
  { methods: ['GET', 'POST'], path: '/_refresh', summary: 'Refresh', answer: refreshed },
  { methods: ['GET', 'POST'], path: '/:index/_refresh', summary: 'Refresh', answer: refreshed },
  ...setup('/_index_template/:name', 'Index template'),
  ...setup('/_template/:name', 'Legacy index template'),
  ...setup('/_component_template/:name', 'Component template'),
  ...setup('/_ilm/policy/:name', 'Lifecycle policy'),
  ...setup('/_data_stream/:name', 'Data stream'),
  ...setup('/_ingest/pipeline/:name', 'Ingest pipeline'),
  ...setup('/_alias/:name', 'Alias'),
  { methods: ['HEAD'], path: '/:index', summary: 'Index: absent', answer: absent },
  { methods: ['PUT'], path: '/:index', summary: 'Index: acknowledged', answer: indexCreated },
  missing('/:index/_search', 'Search'),
  missing('/:index/_count', 'Count'),
  missing('/:index/_mapping', 'Mapping'),
  missing('/:index/_settings', 'Settings'),
  ...METHODS_OF_OTHERS.map((method): Probe => ({
    methods: [method],
    path: '/_*',
    summary: 'Everything else of Elasticsearch: not offered',
    answer: absent,
  })),
]

function answer(reply: FastifyReply, { status, body }: Answer): FastifyReply {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return reply.code(status).headers(ELASTIC_HEADERS).send(text)
}
