import { SEVERITY, type Severity } from '../../model/severity.ts'

/**
 * What one program of one layer says. `[a|b]` in a text stands for one template per alternative;
 * `{slot}` for a value that differs from line to line (`tests/bench/generate.ts` names them).
 */
export interface Speaker {
  readonly layer: 'guest' | 'hypervisor' | 'service' | 'storage' | 'network'
  readonly app: string
  readonly texts: readonly (readonly [severity: Severity, text: string])[]
}

const { info: INFO, notice: NOTICE, warn: WARN, error: ERROR, critical: CRITICAL } = SEVERITY

const GUEST: readonly Speaker[] = [
  {
    layer: 'guest',
    app: 'sshd',
    texts: [
      [
        INFO,
        'Accepted [publickey|password|keyboard-interactive] for {user} from {ip} port {port} ssh2: session {hex8}',
      ],
      [
        INFO,
        'Received disconnect from {ip} port {port}: disconnected by user {user} after {num} seconds',
      ],
      [
        WARN,
        'Failed [password|publickey] for [invalid user|user] {user} from {ip} port {port} ssh2',
      ],
      [INFO, 'pam_unix(sshd:session): session [opened|closed] for user {user} by uid {num}'],
    ],
  },
  {
    layer: 'guest',
    app: 'systemd',
    texts: [
      [
        INFO,
        '[Mounted|Unmounted|Remounted|Checked|Locked|Unlocked|Resized] [profile|home] disk {uuid} of {user} on {vm}',
      ],
      [
        INFO,
        '[Started|Stopped|Reloaded|Starting] [Session|User Slice|Daily apt activities|Profile container|Spooler|Desktop agent] {num} of {user} on {vm}',
      ],
      [
        ERROR,
        '[desktop-agent|display-manager|nfs-client|profile-sync].service: Main process exited, code=exited, status={num}/FAILURE, {vm}',
      ],
      [
        WARN,
        '[desktop-agent|profile-sync|time-sync].service: State stop-sigterm timed out after {num}s. Killing process {pid}',
      ],
    ],
  },
  {
    layer: 'guest',
    app: 'kernel',
    texts: [
      [
        WARN,
        '[{uptime}] blk_update_request: I/O [timeout|error|retry], dev [sda|sdb|vda|vdb], sector {big} op 0x{hex2}:(WRITE) flags 0x{hex4}',
      ],
      [
        ERROR,
        '[{uptime}] [sd|vd] {num}:0:0:0: [sda|vda] tag#{num} FAILED Result: hostbyte=DID_TIME_OUT driverbyte=DRIVER_OK cmd_age={num}s',
      ],
      [
        WARN,
        '[{uptime}] INFO: task [jbd2|kworker|explorer|profiled]:{pid} blocked for more than {num} seconds on {vm}',
      ],
      [
        INFO,
        '[{uptime}] vmxnet3 0000:0b:00.0 [ens192|ens224]: NIC Link is [Up|Down] {num} Mbps on {vm}',
      ],
      [
        WARN,
        '[{uptime}] TCP: request_sock_TCP: Possible SYN flooding on port {port}. Sending cookies. Check SNMP counters of {vm}',
      ],
    ],
  },
  {
    layer: 'guest',
    app: 'desktop-agent',
    texts: [
      [
        INFO,
        'session {uuid} of {user} on {vm} [connected|disconnected|reconnected|logged off] from client {ip} display [blast|rdp|pcoip]',
      ],
      [
        INFO,
        'logon of {user} on {vm} took {num} ms: profile {num} ms, policy {num} ms, shell {num} ms',
      ],
      [
        WARN,
        'input delay of session {uuid} on {vm} is {num} ms, usual {num} ms, round trip {num} ms',
      ],
      [
        ERROR,
        'cannot attach [profile|application] volume {path} for {user} on {vm}: timeout after {num} ms',
      ],
      [
        INFO,
        'encoder of session {uuid} switched to [lossless|adaptive|text] quality, frame rate {num}, bandwidth {num} kbit/s',
      ],
    ],
  },
]

const HYPERVISOR: readonly Speaker[] = [
  {
    layer: 'hypervisor',
    app: 'vmkernel',
    texts: [
      [
        INFO,
        'cpu{num}:{pid})ScsiPath: Path vmhba{num}:C0:T{num}:L{num} to {naa} [claimed|unclaimed|rescanned|set to standby] by plugin [NMP|HPP]',
      ],
      [
        WARN,
        'cpu{num}:{pid})NFS: volume {path} server {ip} [not responding|recovered|remounted] after {num} ms for {vm}',
      ],
      [
        INFO,
        'cpu{num}:{pid})LVM: Device {naa} detected to be a [snapshot|replica|resignature candidate] of volume {uuid}',
      ],
      [
        WARN,
        'cpu{num}:{pid})NetDVS: vmnic{num} [transmit timeout|receive ring full|checksum errors], {num} packets lost for {vm}',
      ],

      [
        WARN,
        'cpu{num}:{pid})ScsiDeviceIO: Cmd(0x{hex12}) 0x[28|2a|89|93|1a], CmdSN 0x{hex6} from world {pid} to dev "{naa}" failed H:0x{hex1} D:0x{hex1} P:0x0 Valid sense data: 0x{hex1} 0x{hex2} 0x0',
      ],
      [
        WARN,
        'cpu{num}:{pid})WARNING: NMP: nmp_DeviceRequestFastDeviceProbe: NMP device "{naa}" state in doubt; requested fast path state update [retry|pending|queued]',
      ],
      [
        WARN,
        'cpu{num}:{pid})ScsiDeviceIO: Device {naa} performance has [deteriorated|improved]. I/O latency [increased|reduced] from average value of {num} microseconds to {big} microseconds',
      ],
      [
        ERROR,
        'cpu{num}:{pid})StorageApdHandler: APD [start|timeout|exit] event for {hex12} device {naa} on {path}',
      ],
      [
        INFO,
        'cpu{num}:{pid})HBX: Reclaimed heartbeat for volume {uuid} ({vm}): [Timeout] Offset {big} waited {num} ms',
      ],
      [
        WARN,
        'cpu{num}:{pid})[qlnativefc|lpfc|nfnic]: vmhba{num}(3b:0.0): scsi(2:0:{num}): Abort of cmd {hex8} lun {num} [issued|completed|timed out]',
      ],
      [
        INFO,
        'cpu{num}:{pid})NetPort: [enabled|disabled] port 0x{hex8} with mac {mac} for {vm} on vmnic{num}',
      ],
      [
        WARN,
        'cpu{num}:{pid})MemSched: [ballooning|swapping|compressing] world {pid} of {vm}, target {big} KB, granted {big} KB',
      ],
      [
        INFO,
        'cpu{num}:{pid})Migrate: {big}: [precopy|switchover|checkpoint] of {vm} to {ip} after {num} ms, dirty {num} pages',
      ],
    ],
  },
  {
    layer: 'hypervisor',
    app: 'hostd',
    texts: [
      [
        INFO,
        '[info] hostd[{pid}] [Originator@6876 sub=[Guestsvc|Diskmgr]] [Tools heartbeat|Disk mode|Guest state] of {vm} set to {num} by {user} opID={hex8}',
      ],

      [
        INFO,
        '[info|verbose] hostd[{pid}] [Originator@6876 sub=[Vimsvc.TaskManager|Vmsvc|Hostsvc] opID={hex8}-{num}] Task [Created|Completed] : haTask-{num}-vim.VirtualMachine.[powerOn|reconfigure|createSnapshot|removeSnapshot]-{big} {vm}',
      ],
      [
        WARN,
        '[warning] hostd[{pid}] [Originator@6876 sub=[Statssvc|Solo.Vmomi|Vcsvc]] Calculated read I/O size {big} for scsi0:{num} of {vm} is out of range, {num} samples',
      ],
      [
        ERROR,
        '[error] hostd[{pid}] [Originator@6876 sub=[Hostsvc|Nfcsvc]] Failed to [open|read|lock] file {path} for {vm}: Lock was not free, owner {mac}',
      ],
    ],
  },
  {
    layer: 'hypervisor',
    app: 'vobd',
    texts: [
      [
        WARN,
        '[scsiCorrelator] {big}us: [esx.problem.storage.redundancy.degraded|esx.problem.storage.connectivity.lost] Path redundancy to storage device {naa} degraded. Path vmhba{num}:C0:T{num}:L{num} is [down|standby|unknown]',
      ],
      [
        WARN,
        '[netCorrelator] {big}us: [esx.problem.net.vmnic.linkstate.down|esx.problem.net.redundancy.lost] physical adapter vmnic{num} of {vm} changed, port group {path}',
      ],
    ],
  },
  {
    layer: 'hypervisor',
    app: 'libvirtd',
    texts: [
      [
        WARN,
        '{pid}: warning : [qemuDomainAgent|virKeepAlive|virStorageFile]:{num} : [Guest agent|Connection|Image chain] of {vm} [did not answer|answered late] within {num} ms',
      ],

      [
        INFO,
        '{pid}: info : [virDomainStart|virDomainMigrate|virDomainSuspend]:{num} : domain {vm} uuid {uuid} job {num}',
      ],
      [
        ERROR,
        '{pid}: error : [qemuMonitorIO|virNetSocketReadWire|qemuDomainObjBeginJob]:{num} : Timed out during operation: cannot acquire state change lock of {vm} held by job {hex8}',
      ],
    ],
  },
]

const SERVICE: readonly Speaker[] = [
  {
    layer: 'service',
    app: 'vpxd',
    texts: [
      [
        INFO,
        'Event [{big}] [1-1] [vim.event.TaskEvent] [info] [{user}] [DC-{num}] [{big}] Task: [Relocate|Clone|Create snapshot|Remove snapshot|Reset|Consolidate disks of] virtual machine {vm} took {num} ms',
      ],

      [
        INFO,
        'Event [{big}] [1-1] [vim.event.[VmMigratedEvent|DrsVmMigratedEvent|VmPoweredOnEvent|VmReconfiguredEvent]] [info] [{user}] [DC-{num}] [{big}] {vm} on host {ip} in cluster {num} finished in {num} ms',
      ],
      [
        WARN,
        'Event [{big}] [1-1] [vim.event.[AlarmStatusChangedEvent|HostConnectionLostEvent]] [warning] [{user}] [DC-{num}] [{big}] Alarm [Datastore usage|Host CPU usage|VM memory usage] on {vm} changed from Green to Yellow',
      ],
    ],
  },
  {
    layer: 'service',
    app: 'broker',
    texts: [
      [
        INFO,
        '[entitlement|license|certificate] check of {user} for pool {num} [passed|deferred|repeated] in {num} ms, node {ip}',
      ],

      [
        INFO,
        'desktop [assigned|released|reserved] {vm} from pool {num} for {user} client {ip} in {num} ms',
      ],
      [
        WARN,
        'pool {num} has {num} [available|provisioned|reserved] machines left, {vm} pending for {num} s',
      ],
      [
        ERROR,
        '[no machine available|machine unreachable|agent not responding] for {user} in pool {num}: last tried {vm} at {ip}, waited {num} ms',
      ],
    ],
  },
  {
    layer: 'service',
    app: 'dhcpd',
    texts: [
      [
        INFO,
        '[DHCPDISCOVER|DHCPREQUEST|DHCPACK|DHCPRELEASE] on {ip} to {mac} ({vm}) via vlan{num} xid 0x{hex8}',
      ],
      [ERROR, 'DHCPDISCOVER from {mac} ({vm}) via vlan{num}: network {ip}/22: no free leases'],
    ],
  },
  {
    layer: 'service',
    app: 'named',
    texts: [
      [
        INFO,
        'client @0x{hex12} {ip}#{port} ({vm}.corp.example): query: {vm}.corp.example IN [A|AAAA|SRV|PTR] + ({ip})',
      ],
      [
        WARN,
        'client @0x{hex12} {ip}#{port}: query failed ([SERVFAIL|REFUSED|timed out]) for {vm}.corp.example/IN/A at query.c:{num}',
      ],
    ],
  },
]

const STORAGE: readonly Speaker[] = [
  {
    layer: 'storage',
    app: 'array',
    texts: [
      [
        WARN,
        'node-{num}: [fci.link.error|scsi.cmd.retry|nvmf.keepalive.late]: port {wwn} reported {num} [frames discarded|aborts|resets] in {num} s for lun {naa}',
      ],
      [
        NOTICE,
        'node-{num}: [monitor.volume.nearlyFull|monitor.aggregate.full|quota.exceeded]: {path} is {num} percent full, {big} blocks left, owner {user}',
      ],
      [
        ERROR,
        'node-{num}: [mirror.sync.broken|lif.failover|cache.battery.low|ems.rate.limit]: unit {num} of {uuid} changed state after {num} ms',
      ],

      [
        INFO,
        'node-{num}: [scsitarget.ioLatency|wafl.cp.toolong|raid.scrub.progress]: volume {path} lun {naa} latency {num} ms ops {big} queue {num}',
      ],
      [
        WARN,
        'node-{num}: [qos.monitor.ceiling|wafl.vol.autoSize|cluster.network.retransmit]: workload {vm} throttled at {big} IOPS for {num} ms on aggregate {num}',
      ],
      [
        CRITICAL,
        'node-{num}: [disk.ioFailed|raid.disk.failed|cf.takeover.start]: device 0a.{num}.{num} serial {hex12} in aggregate {num} reported failure {hex4}',
      ],
      [
        NOTICE,
        'node-{num}: [snapmirror.src.requestDone|snapshot.created|dedup.finished]: volume {path} moved {big} KB in {num} s transfer {uuid}',
      ],
    ],
  },
  {
    layer: 'storage',
    app: 'ceph-osd',
    texts: [
      [
        INFO,
        '{hex12} 4 rocksdb: [compaction|flush|write stall] job {num} level {num} [started|finished] in {num} ms, {big} bytes',
      ],

      [
        WARN,
        '{hex12} 0 log_channel(cluster) log [WRN] : {num} slow requests, oldest blocked for > {num} secs osd.{num} pool [rbd|vdi|images] pg {num}.{hex2}',
      ],
      [
        INFO,
        '{hex12} 0 log_channel(cluster) log [DBG] : {num}.{hex2} [scrub|deep-scrub|backfill|recovery] [starts|ok] objects {big}',
      ],
      [
        INFO,
        '{hex12} 5 osd.{num} {big} heartbeat osd_stat(store_statfs(0x{hex12}/0x{hex12}), peers {num}) [ok|delayed|skipped]',
      ],
    ],
  },
]

const NETWORK: readonly Speaker[] = [
  {
    layer: 'network',
    app: 'switch',
    texts: [
      [
        INFO,
        '%[OSPF-5-ADJCHG|BGP-5-ADJCHANGE|VPC-4-VPC_PEER_KEEPALIVE|LLDP-5-SERVER_ADDED|LLDP-5-SERVER_REMOVED]: neighbor {ip} on Ethernet{num}/{num} of vlan {num} [changed|refreshed] after {num} ms',
      ],
      [
        WARN,
        '%[PORT-SECURITY-2-VIOLATION|DHCP_SNOOPING-4-RATE|IP_SOURCE_GUARD-4-DENY|STORM_CONTROL-3-FILTERED]: {mac} of {vm} on Ethernet{num}/{num}, {num} packets, vlan {num}',
      ],
      [
        NOTICE,
        '%[ENV-4-FAN_SPEED|ENV-3-TEMP_HIGH|PLATFORM-2-PS_CAPACITY_CHANGE]: module {num} sensor {num} reads {num}, threshold {num}, uptime {uptime}',
      ],

      [
        WARN,
        '%ETHPORT-5-IF_[DOWN_LINK_FAILURE|DOWN_NONE|UP]: Interface Ethernet{num}/{num} is changed, peer {mac} of {vm}',
      ],
      [
        NOTICE,
        '%ETH_PORT_CHANNEL-5-PORT_[DOWN|UP|SUSPENDED]: port-channel{num}: Ethernet{num}/{num} changed state, {num} members left',
      ],
      [
        ERROR,
        '%[SPANTREE-2-BLOCK_PVID_LOCAL|STP-3-TCN_FLOOD]: Blocking port-channel{num} on vlan {num}, root {mac}, cost {num}',
      ],
      [
        WARN,
        '%[L2FM-4-L2FM_MAC_MOVE|ARP-4-DUP_SRC_IP]: Mac {mac} of {vm} ({ip}) moved between Ethernet{num}/{num} and Ethernet{num}/{num} in vlan {num}',
      ],
      [
        INFO,
        '%[DAEMON-6-SYSTEM_MSG|AAA-6-AAA_ACCOUNTING_MESSAGE]: [update|start|stop]:{ip}@pts/{num}:{user}:show interface counters errors ({hex8})',
      ],
      [
        WARN,
        '%[QOSMGR-4-QOSMGR_PPF_WARNING|TAHUSD-4-BUFFER_THRESHOLD_EXCEEDED]: Module {num} Instance {num} Pool-group buffer {num} percent threshold is exceeded, queue {num} drops {big}',
      ],
    ],
  },
  {
    layer: 'network',
    app: 'fabric',
    texts: [
      [
        WARN,
        '[CDR-1002|MAPS-1003|MAPS-1004], {num}/{num}, WARNING, switch {wwn}, port {num} [CRC|ITW|timeout discards] {num} in {num} s',
      ],

      [
        WARN,
        '[C3-1014|C2-1012|FW-1424], {num}/{num}, SLOT {num} | CHASSIS, WARNING, port {num} [Link Reset|Loss of Sync|Credit Loss] wwn {wwn} cr={num} tov={num}',
      ],
      [
        INFO,
        '[NS-1006|FCR-1071|PORT-1003], {num}/{num}, INFO, [Duplicate WWN|Port Online|Device Login] {wwn} area {num} pid 0x{hex6}',
      ],
    ],
  },
]

export const SPEAKERS: readonly Speaker[] = [
  ...GUEST,
  ...HYPERVISOR,
  ...SERVICE,
  ...STORAGE,
  ...NETWORK,
]

/**
 * One text per combination of the alternatives of its `[a|b]` groups. A bracket without `|` is text:
 * `[info]` stays, and so does the outer bracket of `[vim.event.[A|B]]`.
 */
export function expandAlternatives(text: string): string[] {
  const group = /\[([^[\]|]+(?:\|[^[\]|]+)+)\]/.exec(text)
  if (group === null) return [text]
  const before = text.slice(0, group.index)
  const after = text.slice(group.index + group[0].length)
  return (group[1] ?? '')
    .split('|')
    .flatMap((choice) => expandAlternatives(before + choice + after))
}
