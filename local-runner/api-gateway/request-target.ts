export interface RequestTarget {
  /** Decoded once. */
  readonly path: string
  /** Not decoded, without `?`. */
  readonly rawQueryString: string
}

/**
 * An HTTP API decodes the whole path before it looks for a stage and a route. A decoded `?` ends the path, and what follows
 * it is lost; a decoded slash separates segments.
 * @throws URIError when the path contains a malformed escape
 */
export function parseTarget(url: string): RequestTarget {
  const [rawPath = '', rawQueryString = ''] = url.split(/\?(.*)/s, 2)
  const [path = ''] = decodeURIComponent(rawPath).split('?', 1)
  return { path, rawQueryString }
}
