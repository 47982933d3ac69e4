/** The part of snappyjs 0.7 that is used; the package brings no types. */
declare module 'snappyjs' {
  const snappy: {
    /** Throws when the block is invalid or would be longer than `maxLength` bytes. */
    uncompress(compressed: Uint8Array, maxLength: number): Uint8Array
    compress(bytes: Uint8Array): Uint8Array
  }
  export = snappy
}
