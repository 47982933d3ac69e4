import { micros } from '../../model/time.ts'
import type { FormatSample, Stamp } from './format.ts'

const instant = (us: number, resolutionUs: number, text: string, ns = 0): Stamp => ({
  kind: 'instant',
  us: micros(us),
  ns,
  resolutionUs,
  text,
})

/** One document of each kind of sender that `json-lines` knows. */
export const JSON_SAMPLES: readonly FormatSample[] = [
  {
    line: '{"@timestamp":"2026-11-21T09:42:00.123Z","log.level":"warn","message":"profile disk is slow","ecs":{"version":"8.11.0"},"host":{"name":"vdi-0417"},"service":{"name":"fslogix"},"process":{"pid":812},"trace.id":"4bf92f3577b34da6a3ce929d0e0e4736","tags":["vdi","eu"]}',
    parsed: {
      body: 'profile disk is slow',
      stamp: instant(1795254120123000, 1000, '2026-11-21T09:42:00.123Z'),
      host: 'vdi-0417',
      app: 'fslogix',
      severity: 13,
      severityText: 'warn',
      attributes: {
        'ecs.version': '8.11.0',
        'process.pid': 812,
        trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
        tags: '["vdi","eu"]',
      },
    },
  },
  {
    line: '{"timeUnixNano":"1795254120123456789","severityNumber":17,"severityText":"Error","eventName":"disk.slow","body":{"stringValue":"write took 3 s"},"attributes":[{"key":"storage.lun","value":{"intValue":"7"}},{"key":"host.name","value":{"stringValue":"kvm-03"}}],"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331"}',
    parsed: {
      body: 'write took 3 s',
      stamp: instant(1795254120123456, 0.001, '1795254120123456789', 789),
      host: 'kvm-03',
      severity: 17,
      eventName: 'disk.slow',
      attributes: {
        'storage.lun': 7,
        severityText: 'Error',
        trace_id: '0af7651916cd43dd8448eb211c80319c',
        span_id: 'b7ad6b7169203331',
      },
    },
  },
  {
    line: '{"@timestamp":"2026-11-21T09:42:00.123Z","message":"An I/O took 12000 ms.","host":{"name":"collector-1"},"log":{"level":"error"},"event":{"code":"9","provider":"Microsoft-Windows-Hyper-V-StorageVSP"},"winlog":{"channel":"Microsoft-Windows-Hyper-V-StorageVSP-Admin","provider_name":"Microsoft-Windows-Hyper-V-StorageVSP","event_id":"9","computer_name":"hv-02.example.com","record_id":4711,"event_data":{"VmName":"vdi-0417"}}}',
    parsed: {
      body: 'An I/O took 12000 ms.',
      host: 'hv-02.example.com',
      severity: 17,
      severityText: 'error',
      eventName: 'win:Microsoft-Windows-Hyper-V-StorageVSP:9',
      attributes: {
        'host.name': 'collector-1',
        'winlog.record_id': 4711,
        'winlog.event_data.VmName': 'vdi-0417',
      },
    },
  },
  {
    line: '{"EventTime":"2026-11-21 10:42:00","Hostname":"dc-01","Keywords":"0x8010000000000000","EventType":"AUDIT_FAILURE","SeverityValue":4,"Severity":"ERROR","EventID":4625,"SourceName":"Microsoft-Windows-Security-Auditing","ProcessID":612,"Channel":"Security","Message":"An account failed to log on.","TargetUserName":"ann"}',
    parsed: {
      body: 'An account failed to log on.',
      stamp: {
        kind: 'local',
        year: 2026,
        month: 11,
        day: 21,
        hour: 10,
        minute: 42,
        second: 0,
        microsecond: 0,
        ns: 0,
        resolutionUs: 1e6,
        text: '2026-11-21 10:42:00',
      },
      host: 'dc-01',
      severity: 13,
      eventName: 'win:Microsoft-Windows-Security-Auditing:4625',
      attributes: {
        'process.pid': 612,
        'winlog.channel': 'Security',
        'winlog.severity': 'ERROR',
        'winlog.event_data.TargetUserName': 'ann',
      },
    },
  },
  {
    line: '{"level":50,"time":1795254120123,"pid":17,"hostname":"broker-2","name":"broker","msg":"session refused","code":"E17"}',
    parsed: {
      body: 'session refused',
      stamp: instant(1795254120123000, 1000, '1795254120123'),
      host: 'broker-2',
      app: 'broker',
      severity: 17,
      severityText: '50',
      attributes: { 'process.pid': 17, code: 'E17' },
    },
  },
  {
    line: '{"ts":1795254120.5,"lvl":"INFO","logger":"pool","msg":"pool ready","size":12,"ok":true,"note":null}',
    parsed: {
      body: 'pool ready',
      stamp: instant(1795254120500000, 100_000, '1795254120.5'),
      severity: 9,
      severityText: 'INFO',
      attributes: { 'log.logger': 'pool', size: 12, ok: true, note: null },
    },
  },
  {
    line: '@cee: {"msg":"from a structured syslog","level":4}',
    parsed: { body: 'from a structured syslog', severity: 13 },
  },
  {
    line: '{"used":0.93,"pool":"gold"}',
    parsed: {
      body: '{"used":0.93,"pool":"gold"}',
      attributes: { used: 0.93, pool: 'gold' },
    },
  },
]
