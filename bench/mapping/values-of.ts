interface Event {
  readonly records: Readonly<Record<string, readonly { readonly value: string }[]>>
}

/** The send times that an MSK event's records carry, read as a handler reads them: JSON, base64, JSON. */
export function valuesOf(payload: string): readonly number[] {
  // Not validated: the bench has written them, and what it costs would be counted as the mapping's.
  const { records } = JSON.parse(payload) as Event
  return Object.values(records)
    .flat()
    .map(({ value }) => sentAtOf(Buffer.from(value, 'base64').toString()))
}

export function sentAtOf(text: string): number {
  return (JSON.parse(text) as { readonly sentAtMs: number }).sentAtMs
}
