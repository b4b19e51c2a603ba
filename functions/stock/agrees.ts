/**
 * Whether everything that a record says is what the store says. What the record leaves out is no contradiction: an older
 * version that publishes a newer one's event leaves out the optional fields that it does not know.
 */
export function agrees(record: unknown, stored: unknown): boolean {
  if (typeof record !== 'object' || record === null) return record === stored
  if (typeof stored !== 'object' || stored === null) return false
  if (Array.isArray(record) && (!Array.isArray(stored) || record.length !== stored.length)) return false
  const fields = new Map<string, unknown>(Object.entries(stored))
  return Object.entries(record).every(([name, value]) => agrees(value, fields.get(name)))
}
