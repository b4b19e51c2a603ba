// A journal entry's fields are unknown until looked at; these look at them for the log's lines.

export const toText = (value: unknown) => (typeof value === 'string' ? value : '')
export const toMs = (value: unknown) => (typeof value === 'number' ? value : 0)
export const toMegabytes = (bytes: unknown) => Math.ceil(toMs(bytes) / 1024 / 1024)

/** The ids of a trace that is recorded; undefined for one that is not, which the log does not name. */
export function xRayRoot(traceId: unknown): { readonly root: string; readonly parent: string } | undefined {
  const parts = new Map(
    toText(traceId)
      .split(';')
      .map((part) => {
        const at = part.indexOf('=')
        return [part.slice(0, at), part.slice(at + 1)] as const
      }),
  )
  if (parts.get('Sampled') !== '1') return undefined
  return { root: parts.get('Root') ?? '', parent: parts.get('Parent') ?? '' }
}
