import type { Envelope, Reply } from '../port.ts'
import type { Outcome } from './decoder.ts'
import { ProtobufWriter } from './protobuf.ts'

/** The two encodings of OTLP/HTTP; the answer comes in the one that was sent. */
export type OtlpEncoding = 'protobuf' | 'json'

export function encodingOf(meta: Envelope['meta']): OtlpEncoding {
  return (meta['content-type'] ?? '').includes('json') ? 'json' : 'protobuf'
}

const CONTENT_TYPE: Readonly<Record<OtlpEncoding, string>> = {
  json: 'application/json',
  protobuf: 'application/x-protobuf',
}

function otlpReply(
  status: number,
  encoding: OtlpEncoding,
  json: object,
  binary: Uint8Array,
): Reply {
  return {
    status,
    headers: { 'content-type': CONTENT_TYPE[encoding] },
    body: encoding === 'json' ? JSON.stringify(json) : binary,
  }
}

/** JSON names of the count of what was rejected, by signal. */
export type RejectedName = 'rejectedLogRecords' | 'rejectedDataPoints' | 'rejectedSpans'

/** `Export*ServiceResponse`: with a partial success that clients must not retry when some was refused. */
export function exportReply(
  encoding: OtlpEncoding,
  name: RejectedName,
  rejected: number,
  reason: string,
): Reply {
  if (rejected === 0) return otlpReply(200, encoding, {}, new Uint8Array(0))
  const partial = new ProtobufWriter().varint(1, rejected).string(2, reason).finish()
  const json = { partialSuccess: { [name]: String(rejected), errorMessage: reason } }
  return otlpReply(200, encoding, json, new ProtobufWriter().bytes(1, partial).finish())
}

/** The answer to outcomes: how many were rejected, and the first reason. */
export function outcomesReply(
  encoding: OtlpEncoding,
  name: RejectedName,
  outcomes: readonly Outcome[],
): Reply {
  const reasons = outcomes.flatMap((outcome) =>
    outcome.kind === 'rejected' ? [outcome.reason] : [],
  )
  return exportReply(encoding, name, reasons.length, reasons[0] ?? '')
}

/** HTTP status to gRPC code (google.rpc.Code). */
const RPC_CODES: Readonly<Record<number, number>> = { 400: 3, 413: 8, 415: 3, 429: 8, 503: 14 }

/** `google.rpc.Status` in the encoding of the request. */
export function otlpFailure(status: number, message: string, meta: Envelope['meta'] = {}): Reply {
  const code = RPC_CODES[status] ?? 13
  const binary = new ProtobufWriter().varint(1, code).string(2, message).finish()
  return otlpReply(status, encodingOf(meta), { code, message }, binary)
}
