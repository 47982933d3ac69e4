import { BinaryWriter } from '@bufbuild/protobuf/wire'
import snappy from 'snappyjs'
import { describe, expect, it } from 'vitest'
import { remoteWriteDecoder } from '../../../ingest/decoders/remote-write.ts'
import { envelope, metricItems, roundTrip } from '../../support/envelopes.ts'
import { recordedRequests } from '../../support/shared-fixtures.ts'

const V1 = { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' }
const V2 = {
  'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
  'content-encoding': 'snappy',
}

const message = (write: (writer: BinaryWriter) => void): Uint8Array => {
  const writer = new BinaryWriter()
  write(writer)
  return writer.finish()
}

const sample = (value: number, timestamp: number) =>
  message((w) => w.tag(1, 1).double(value).tag(2, 0).int64(timestamp))

/** A TimeSeries of version 1.0. */
const series1 = (
  labels: Record<string, string>,
  samples: Uint8Array[],
  histograms: Uint8Array[] = [],
) =>
  message((w) => {
    for (const [name, value] of Object.entries(labels)) {
      w.tag(1, 2).bytes(message((l) => l.tag(1, 2).string(name).tag(2, 2).string(value)))
    }
    for (const one of samples) w.tag(2, 2).bytes(one)
    for (const one of histograms) w.tag(4, 2).bytes(one)
  })

const request1 = (...series: Uint8Array[]) =>
  envelope(
    'remote-write',
    snappy.compress(
      message((w) => {
        for (const one of series) w.tag(1, 2).bytes(one)
      }),
    ),
    V1,
  )

const T = 1_795_255_200_123

describe('Prometheus remote write 1.0', () => {
  const recorded = recordedRequests('prom-remote-write1')

  it.skipIf(recorded.length === 0)('of a real Prometheus is read whole', () => {
    let points = 0
    const names = new Set<string>()
    for (const { headers, body } of recorded) {
      const { items, reply } = roundTrip(
        remoteWriteDecoder,
        envelope('remote-write', body, headers),
      )
      expect(items.some((item) => item.kind === 'rejected')).toBe(false)
      expect(reply.status).toBe(204)
      for (const { series } of metricItems(items)) names.add(series.name)
      points += metricItems(items).length
    }
    expect(points).toBeGreaterThan(300)
    expect(names).toContain('go_gc_duration_seconds')
    expect(names).toContain('up')
  })

  it('gives series an entity, a unit and a kind, and the same object again', () => {
    const labels = { __name__: 'node_cpu_seconds_total', instance: 'desk-1:9100', job: 'node' }
    const { items } = roundTrip(
      remoteWriteDecoder,
      request1(
        series1(labels, [sample(1.5, T), sample(2, T + 1)]),
        series1(labels, [sample(3, T + 2)]),
      ),
    )
    const points = metricItems(items)
    expect(points.map((point) => [point.value, point.time])).toEqual([
      [1.5, T * 1000],
      [2, (T + 1) * 1000],
      [3, (T + 2) * 1000],
    ])
    expect(points[2]!.series).toBe(points[0]!.series)
    expect(points[0]!.series).toEqual({
      entity: 'vm:desk-1',
      source: 'desk-1',
      name: 'node_cpu_seconds_total',
      unit: 's',
      kind: 'sum',
      attributes: { instance: 'desk-1:9100', job: 'node' },
    })
  })

  it.each([
    [{ __name__: 'libvirt_domain_info_vcpus', uuid: 'u-1', instance: 'kvm-1:9177' }, 'vm:u-1'],
    [{ __name__: 'libvirt_up', instance: 'kvm-1:9177' }, 'hypervisor:kvm-1'],
    [{ __name__: 'up', job: 'api', instance: '[::1]:80' }, 'service:api/[::1]:80'],
    [{ __name__: 'x', entity: 'volume:naa.6' }, 'volume:naa.6'],
    [{ __name__: 'x' }, 'service:10.0.0.5'],
  ])('says who %j is about', (labels, entity) => {
    const { items } = roundTrip(remoteWriteDecoder, request1(series1(labels, [sample(1, T)])))
    expect(metricItems(items)[0]!.series.entity).toBe(entity)
  })

  it('makes no point of a stale marker or NaN', () => {
    const stale = Buffer.alloc(8)
    stale.writeBigUInt64LE(0x7ff0000000000002n)
    const marker = Buffer.concat([Buffer.from([0x09]), stale, message((w) => w.tag(2, 0).int64(T))])
    const { items, reply } = roundTrip(
      remoteWriteDecoder,
      request1(series1({ __name__: 'up' }, [marker, sample(NaN, T), sample(1, T)])),
    )
    expect(items.map((item) => item.kind)).toEqual(['nothing', 'nothing', 'metric'])
    expect(reply.headers['x-prometheus-remote-write-samples-written']).toBe('3')
  })

  it('turns native histograms into cumulative buckets', () => {
    const histogram = message((w) => {
      w.tag(1, 0).uint64(6).tag(3, 1).double(20).tag(4, 0).sint32(0).tag(6, 0).uint64(1)
      w.tag(11, 2).bytes(message((s) => s.tag(1, 0).sint32(1).tag(2, 0).uint32(1)))
      w.tag(11, 2).bytes(message((s) => s.tag(1, 0).sint32(1).tag(2, 0).uint32(1)))
      w.tag(12, 2).bytes(message((d) => d.sint64(2).sint64(1)))
      w.tag(15, 0).int64(T)
    })
    const { items, reply } = roundTrip(
      remoteWriteDecoder,
      request1(series1({ __name__: 'lat_seconds' }, [], [histogram])),
    )
    expect(
      metricItems(items).map((i) => [i.series.name, i.series.attributes['le'] ?? '', i.value]),
    ).toEqual([
      ['lat_seconds.count', '', 6],
      ['lat_seconds.sum', '', 20],
      ['lat_seconds.bucket', '0', 1],
      ['lat_seconds.bucket', '2', 3],
      ['lat_seconds.bucket', '8', 6],
      ['lat_seconds.bucket', '+Inf', 6],
    ])
    expect(reply.headers['x-prometheus-remote-write-histograms-written']).toBe('1')
  })

  it('makes no point of a histogram that marks its series as stale', () => {
    const stale = Buffer.alloc(8)
    stale.writeBigUInt64LE(0x7ff0000000000002n)
    const time = message((w) => w.tag(15, 0).int64(T))
    const marker = Buffer.concat([Buffer.from([0x19]), stale, time])
    const { items, reply } = roundTrip(
      remoteWriteDecoder,
      request1(series1({ __name__: 'lat_seconds' }, [], [marker])),
    )
    expect(metricItems(items)).toEqual([])
    expect(reply.status).toBe(204)
    expect(reply.headers['x-prometheus-remote-write-histograms-written']).toBe('1')
  })

  it('takes the bounds of a native histogram with custom buckets as they are given', () => {
    const histogram = message((w) => {
      w.tag(1, 0).uint64(6).tag(3, 1).double(20).tag(4, 0).sint32(-53)
      w.tag(11, 2).bytes(message((s) => s.tag(1, 0).sint32(1).tag(2, 0).uint32(2)))
      w.tag(12, 2).bytes(message((d) => d.sint64(2).sint64(2)))
      w.tag(15, 0).int64(T)
      w.tag(16, 2).bytes(message((b) => b.double(0.5).double(1)))
    })
    const { items } = roundTrip(
      remoteWriteDecoder,
      request1(series1({ __name__: 'lat_seconds' }, [], [histogram])),
    )
    const buckets = metricItems(items).filter((i) => i.series.name.endsWith('.bucket'))
    expect(buckets.map((i) => [i.series.attributes['le'], i.value])).toEqual([
      ['0.5', 0],
      ['1', 2],
      ['+Inf', 6],
    ])
  })

  it('rejects a series without name and a sample with a strange time alone, with 400', () => {
    const { items, reply } = roundTrip(
      remoteWriteDecoder,
      request1(
        series1({ job: 'x' }, [sample(1, T)]),
        series1({ __name__: 'a' }, [sample(1, T), sample(1, -5)]),
        series1({ __name__: 'a' }, [sample(1, T)]),
      ),
    )
    expect(items.map((item) => item.kind)).toEqual(['rejected', 'metric', 'rejected', 'metric'])
    expect(reply.status).toBe(400)
    expect(reply.headers['x-prometheus-remote-write-samples-written']).toBe('2')
  })
})

describe('Prometheus remote write 2.0', () => {
  const symbols = ['', '__name__', 'vm_latency', 'instance', 'h:1', 'milliseconds', 'help']
  const request2 = (refs: number[], first = '') => {
    const series = message((w) => {
      w.tag(1, 2).bytes(
        message((r) => {
          for (const ref of refs) r.uint32(ref)
        }),
      )
      w.tag(2, 2).bytes(
        message((s) =>
          s
            .tag(1, 1)
            .double(7)
            .tag(2, 0)
            .int64(T)
            .tag(3, 0)
            .int64(T - 1),
        ),
      )
      w.tag(5, 2).bytes(
        message((m) => m.tag(1, 0).uint32(1).tag(3, 0).uint32(6).tag(4, 0).uint32(5)),
      )
    })
    const body = message((w) => {
      for (const symbol of [first, ...symbols.slice(1)]) w.tag(4, 2).string(symbol)
      w.tag(5, 2).bytes(series)
    })
    return envelope('remote-write', snappy.compress(body), V2)
  }

  it('reads symbols, metadata and samples and answers the counts', () => {
    const { items, reply } = roundTrip(remoteWriteDecoder, request2([1, 2, 3, 4]))
    expect(metricItems(items)[0]).toMatchObject({
      value: 7,
      series: { name: 'vm_latency', unit: 'ms', kind: 'sum', attributes: { instance: 'h:1' } },
    })
    expect(reply).toMatchObject({
      status: 204,
      headers: {
        'x-prometheus-remote-write-samples-written': '1',
        'x-prometheus-remote-write-histograms-written': '0',
        'x-prometheus-remote-write-exemplars-written': '0',
      },
    })
  })

  it('rejects what refers past the symbols, or symbols that do not begin empty', () => {
    const { reply } = roundTrip(remoteWriteDecoder, request2([1, 99]))
    expect(reply.status).toBe(400)
    expect(() => remoteWriteDecoder.decode(request2([1, 2], 'x'))).toThrow(/first symbol/)
  })

  it('is never guessed: another proto is answered 415, with the counts', () => {
    const meta = { 'content-type': 'application/x-protobuf;proto=io.prometheus.write.v3.Request' }
    expect(() => remoteWriteDecoder.decode(envelope('remote-write', 'x', meta))).toThrow(
      expect.objectContaining({ code: 'unsupported_media_type' }),
    )
    const { headers } = remoteWriteDecoder.failure(415, 'no')
    expect(headers['x-prometheus-remote-write-samples-written']).toBe('0')
  })
})
