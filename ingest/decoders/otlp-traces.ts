import type { Buffer } from 'node:buffer'
import { AppError } from '../../model/errors.ts'
import type { Envelope, Reply } from '../port.ts'
import { inflate } from './inflate.ts'
import { encodingOf, exportReply, otlpFailure } from './otlp-reply.ts'
import { listOf } from './otlp-values.ts'
import { parseJson } from './parse-json.ts'
import { ProtobufReader } from './protobuf.ts'

/**
 * The answer to OTLP traces, which are not kept: a partial success that says how many spans were
 * rejected, so that a collector which sends all three signals to one address goes on and knows.
 */
export function refuseTraces(body: Uint8Array, meta: Envelope['meta']): Reply {
  const encoding = encodingOf(meta)
  try {
    const bytes = inflate(body, meta['content-encoding'])
    const spans = encoding === 'json' ? countInJson(bytes) : countIn(new ProtobufReader(bytes), 3)
    return exportReply(encoding, 'rejectedSpans', spans, 'traces are not kept here')
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return otlpFailure(error.code === 'too_large' ? 413 : 400, error.message, meta)
  }
}

/** Spans below `levels` nested lists: ResourceSpans (1), ScopeSpans (2), Span (2). */
function countIn(reader: ProtobufReader, levels: number): number {
  const list = levels === 3 ? 1 : 2
  let count = 0
  while (reader.next()) {
    if (reader.field !== list) reader.skip()
    else if (levels > 1) count += countIn(reader.message(), levels - 1)
    else {
      reader.skip()
      count++
    }
  }
  return count
}

function countInJson(body: Buffer): number {
  return listOf(parseJson(body), 'resourceSpans')
    .flatMap((resource) => listOf(resource, 'scopeSpans'))
    .reduce<number>((count, scope) => count + listOf(scope, 'spans').length, 0)
}
