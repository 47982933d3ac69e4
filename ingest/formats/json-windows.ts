import type { AttributeValue } from '../../model/record.ts'

/**
 * nxlog's flat names for the system part of a Windows event, by the names winlogbeat and ECS give the
 * same [K]; the rest of its members in capitals is the event's data.
 */
const SYSTEM_NAMES: ReadonlyMap<string, string> = new Map([
  ['EventID', 'event.code'],
  ['EventReceivedTime', 'event.created'],
  ['EventType', 'winlog.event_type'],
  ['SourceName', 'winlog.provider_name'],
  ['ProviderGuid', 'winlog.provider_guid'],
  ['Channel', 'winlog.channel'],
  ['RecordNumber', 'winlog.record_id'],
  ['ActivityID', 'winlog.activity_id'],
  ['RelatedActivityID', 'winlog.related_activity_id'],
  ['Keywords', 'winlog.keywords'],
  ['Task', 'winlog.task'],
  ['TaskValue', 'winlog.task_value'],
  ['Opcode', 'winlog.opcode'],
  ['OpcodeValue', 'winlog.opcode_value'],
  ['Version', 'winlog.version'],
  ['ProcessID', 'process.pid'],
  ['ExecutionProcessID', 'process.pid'],
  ['ThreadID', 'thread.id'],
  ['ExecutionThreadID', 'thread.id'],
  ['SourceModuleName', 'nxlog.module_name'],
  ['SourceModuleType', 'nxlog.module_type'],
  ['Severity', 'winlog.severity'],
  ['SeverityValue', 'winlog.severity_value'],
  ['Level', 'winlog.level'],
])

/** The name a member of a flat Windows event document is kept under. */
export function windowsName(name: string): string {
  const known = SYSTEM_NAMES.get(name)
  if (known !== undefined) return known
  const first = name.charCodeAt(0)
  return first >= 65 && first <= 90 ? `winlog.event_data.${name}` : name
}

/** `win:<provider>:<event id>` where the attributes are those of a Windows event. */
export function windowsEventName(
  attributes: Readonly<Record<string, AttributeValue>>,
): string | undefined {
  const provider = attributes['winlog.provider_name']
  const id = attributes['winlog.event_id'] ?? attributes['event.code']
  if (typeof provider !== 'string' || (typeof id !== 'string' && typeof id !== 'number')) {
    return undefined
  }
  return `win:${provider}:${id}`
}
