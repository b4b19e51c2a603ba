/** A file of a bundle. */
export interface BundleFile {
  /** Path from the bundle's folder. */
  readonly name: string
  readonly contents: Uint8Array
  readonly executable?: boolean
}
