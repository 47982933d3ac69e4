/**
 * Zone abbreviations that devices and databases write behind a time, with their offset east of UTC in
 * minutes (IANA tzdata, `northamerica`, `europe`, `asia`, `australasia`; standard use in logs).
 *
 * Only UTC, GMT and Z are certain. The others are ambiguous between countries (IST is India, Israel
 * and Ireland; CST is America and China): what is read with them counts as inferred, and a site that
 * means another place configures the zone of the source. Names that are also English or HTTP words
 * (`GET`, `ART`, `EAT`) are left out.
 */
const OFFSET_MINUTES: ReadonlyMap<string, number> = new Map([
  ['UTC', 0],
  ['GMT', 0],
  ['UCT', 0],
  ['WET', 0],
  ['WEST', 60],
  ['BST', 60],
  ['CET', 60],
  ['MET', 60],
  ['CEST', 120],
  ['MEST', 120],
  ['EET', 120],
  ['SAST', 120],
  ['EEST', 180],
  ['MSK', 180],
  ['GST', 240],
  ['PKT', 300],
  ['IST', 330],
  ['ICT', 420],
  ['WIB', 420],
  ['HKT', 480],
  ['SGT', 480],
  ['AWST', 480],
  ['JST', 540],
  ['KST', 540],
  ['ACST', 570],
  ['AEST', 600],
  ['ACDT', 630],
  ['AEDT', 660],
  ['NZST', 720],
  ['NZDT', 780],
  ['BRT', -180],
  ['ADT', -180],
  ['NDT', -150],
  ['NST', -210],
  ['AST', -240],
  ['EDT', -240],
  ['EST', -300],
  ['CDT', -300],
  ['CST', -360],
  ['MDT', -360],
  ['MST', -420],
  ['PDT', -420],
  ['PST', -480],
  ['AKDT', -480],
  ['AKST', -540],
  ['HST', -600],
])

/** Minutes east of UTC of a zone abbreviation in capitals; undefined when it is not one. */
export function offsetOfZoneName(name: string): number | undefined {
  return OFFSET_MINUTES.get(name)
}

/** True for the names that mean UTC everywhere. */
export function isUtcName(name: string): boolean {
  return name === 'UTC' || name === 'GMT' || name === 'UCT'
}
