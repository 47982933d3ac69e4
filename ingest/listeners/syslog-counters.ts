/** What the syslog listeners have seen since the start; read by our own metrics. */
export class SyslogCounters {
  /** Frames and datagrams taken, and their bytes. */
  frames = 0
  bytes = 0
  /** Of these, cut at the limit. */
  truncatedFrames = 0
  /** Connections open now, and refused because there were too many. */
  connections = 0
  refusedConnections = 0
  /** Connections closed because nothing came for too long. */
  idleConnections = 0
  /** TLS handshakes that failed. */
  failedHandshakes = 0
  /** Connections that ended with an error. */
  brokenConnections = 0
  /** Datagrams that came while there was no room for them. */
  overflowedDatagrams = 0
  /** Datagrams dropped by the kernel, as far as it tells. */
  droppedByKernel = 0
}
